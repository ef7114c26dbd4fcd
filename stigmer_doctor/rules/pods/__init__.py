"""Rules about pods and what surrounds them in their cluster: SD121 to SD124, SD221 to SD224."""
