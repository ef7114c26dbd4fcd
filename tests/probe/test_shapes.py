"""The shapes in which a real runner says what it reads, and the way of an address to the client that dials it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stigmer_doctor.probe.contract import read_contract

HEAD = "import os\n"


def contract(**files: str) -> dict[str, Any]:
    found = read_contract({name.replace("__", "/") + ".py": (HEAD + text).encode() for name, text in files.items()})
    assert found["errors"] == []
    return found


def defaults(text: str, name: str = "A") -> dict[str, str | None]:
    """The default of the variable, by mode."""
    return {read["when"]: read["default"] for read in contract(main=text)["reads"] if read["name"] == name}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            """
def load(mode):
    if mode == "local":
        default = "l"
    else:
        default = "c"
    return os.getenv("A", default)
load(os.getenv("MODE", "cloud"))
""",
            {"local": "l", "cloud": "c"},
        ),
        (
            """
def load():
    mode = os.getenv("MODE", "cloud")
    is_local = mode == "local"
    default = "l" if is_local else "c"
    return os.getenv("A", default)
""",
            {"local": "l", "cloud": "c"},
        ),
        (
            """
def load():
    fallback: str = "l"
    if os.environ.get("MODE", "cloud") != "local":
        fallback: str = "c"
    return os.getenv("A", fallback)
""",
            {"local": "l", "cloud": "c"},
        ),
        (
            """
def load():
    local = os.getenv("MODE") == "local"
    if local:
        return os.getenv("A", "l")
    return None
""",
            {"local": "l"},
        ),
        (
            """
class Settings_:
    mode = os.getenv("MODE", "cloud")
    def is_local(self):
        return self.mode == "local"
    @property
    def address(self):
        return os.getenv("A", "l" if self.is_local() else "c")
""",
            {"local": "l", "cloud": "c"},
        ),
        (
            """
def load():
    default = None
    if os.getenv("MODE") == "local":
        default = "l"
    return os.getenv("A", default)
""",
            {"local": "l", "cloud": None},
        ),
        ('x = os.getenv("A") or os.getenv("B") or "z"', {"": None}),
        (
            """
def text(name, default=None):
    value = os.environ.get(name)
    return value.strip() if value else default
class Env:
    def get(self, name, fallback=""):
        return text(name, fallback)
a = Env().get("A", "b")
""",
            {"": None},
        ),
        ('for name in ("A", "B"):\n    print(os.getenv(name, "x"))', {"": "x"}),
        ("DEFAULTS = {'a': 'x'}\nos.getenv('A', DEFAULTS['a'])", {"": "x"}),
        ("os.getenv('A', f'{\"lo\" + \"cal\"}host')", {"": "localhost"}),
    ],
)
def test_the_default_is_what_the_code_comes_to(text: str, expected: dict[str, str | None]) -> None:
    assert defaults(text) == expected


def test_both_values_are_kept_where_the_branch_cannot_be_decided() -> None:
    text = """
def load(flag):
    if flag:
        default = "one"
    else:
        default = "two"
    return os.getenv("A", default)
"""
    (read,) = contract(main=text)["reads"]
    assert (read["default"], read["others"], read["known"]) == (None, ["one", "two"], True)


def test_a_default_that_nobody_can_tell_is_said_to_be() -> None:
    (read,) = contract(main='import socket\nos.getenv("A", socket.gethostname())')["reads"]
    assert (read["default"], read["known"]) == (None, False)


def test_a_chain_ends_in_the_default_of_its_last_variable() -> None:
    reads = {read["name"]: read for read in contract(main='x = os.getenv("A") or os.getenv("B", "") or "z"')["reads"]}
    assert reads["A"]["fallback"] == "B"
    assert reads["B"]["default"] == "z"


CONFIG = """
from dataclasses import dataclass

@dataclass
class Llm:
    provider: str
    address: str | None = None

    @classmethod
    def load(cls, mode):
        if mode == "local":
            fallback = "http://localhost:11434"
        else:
            fallback = None
        return cls(provider=os.getenv("STIGMER_LLM_PROVIDER", "ollama"), address=os.getenv("LLM_URL", fallback))

@dataclass
class Config:
    mode: str
    backend: str
    llm: Llm

    @classmethod
    def load(cls):
        mode = os.getenv("MODE", "cloud")
        return cls(mode=mode, backend=os.getenv("BACKEND", "localhost:50051"), llm=Llm.load(mode))

    @property
    def llm_address(self):
        return self.llm.address

    def to_dict(self):
        return {"url": self.llm.address, "backend": self.backend}
"""


Addresses = dict[str, tuple[list[str], list[str], list[str]]]


def addresses(client: str, config: str = CONFIG, **files: str) -> Addresses:
    """Variables, defaults and literals of the client's address, by mode."""
    found = contract(worker__config=config, main=client, **files)
    return {other["when"]: (other["variables"], other["defaults"], other["literals"]) for other in found["uses"]}


MOVED: Addresses = {"local": (["LLM_URL"], ["http://localhost:11434"], []), "cloud": (["LLM_URL"], [], [])}
FIXED: Addresses = {"": ([], [], ["http://localhost:11434"])}
IMPORTS = "from langchain_ollama import ChatOllama\nfrom worker.config import Config, Llm\n"


@pytest.mark.parametrize(
    "client",
    [
        "ChatOllama(model='m', base_url=Config.load().llm.address)",
        "config = Config.load()\nChatOllama(base_url=config.llm_address)",
        "def make(url):\n    return ChatOllama(base_url=url.rstrip('/'))\nmake(Config.load().llm.address)",
        (
            "class Runner:\n    def __init__(self, config: Config):\n        self.config = config\n"
            "    def run(self):\n        return ChatOllama(base_url=self.config.llm.address)\n"
            "Runner(Config.load()).run()"
        ),
        "options = {'model': 'm', **{'base_url': Config.load().llm.address}}\nChatOllama(**options)",
        "options = {}\noptions['base_url'] = Config.load().llm.address\nChatOllama(**options)",
        "ChatOllama(base_url=Config.load().to_dict()['url'])",
        "import dataclasses\nChatOllama(base_url=dataclasses.asdict(Llm.load(os.getenv('MODE')))['address'])",
        (
            "async def run():\n    return ChatOllama(base_url=(await load()).llm.address)\n"
            "async def load():\n    return Config.load()"
        ),
        (
            "def run(config: Config):\n    if config.llm.provider == 'ollama':\n"
            "        return ChatOllama(base_url=config.llm.address)"
        ),
    ],
)
def test_an_address_is_followed_to_its_client(client: str) -> None:
    assert addresses(IMPORTS + client) == MOVED


@pytest.mark.parametrize(
    "client",
    [
        "ChatOllama(base_url='http://localhost:11434')",
        (
            "DEFAULTS = {'base_url': 'http://localhost:11434'}\ndef make(**more):\n"
            "    options = {**DEFAULTS}\n    options.update(more)\n    return ChatOllama(model='m', **options)\nmake()"
        ),
        "Config.load()\nURL: str = 'http://localhost:11434'\nChatOllama(base_url=URL)",
    ],
)
def test_a_literal_is_one_whatever_is_read(client: str) -> None:
    assert addresses(IMPORTS + client) == FIXED


def test_a_literal_that_is_not_reached_is_nobodys_address() -> None:
    library = """
from langchain_ollama import ChatOllama
def create(model):
    if isinstance(model, str):
        model = ChatOllama(model=model, base_url="http://localhost:11434")
    return model
"""
    client = """
from lib.models import create
def run(config: Config):
    if config.llm.provider == "ollama":
        model = ChatOllama(base_url=config.llm.address)
    elif config.llm.provider == "other":
        model = "name"
    create(model=model)
"""
    assert addresses(IMPORTS + client, lib__models=library) == MOVED
    assert addresses("from lib.models import create\ncreate(model='m')", lib__models=library) == FIXED


@pytest.mark.parametrize(
    ("client", "protocol", "variable"),
    [
        ("import grpc\ngrpc.aio.insecure_channel(os.getenv('X', 'localhost:1'))", "grpc", "X"),
        ("import grpc\ngrpc.insecure_channel(target=os.environ['X'])", "grpc", "X"),
        ("from grpc import aio\naio.insecure_channel(os.getenv('X'))", "grpc", "X"),
        (
            "from temporalio.client import Client\nasync def f():\n    await Client.connect(os.getenv('X'))",
            "temporal",
            "X",
        ),
        ("import redis\nredis.Redis(host=os.getenv('X'))", "redis", "X"),
        ("import redis.asyncio as redis\nredis.Redis(host=os.getenv('X'))", "redis", "X"),
        ("import redis\nredis.from_url(f\"redis://{os.getenv('X')}:{os.getenv('Y')}\")", "redis", "X"),
        ("import ollama\nollama.AsyncClient(os.getenv('X'))", "ollama", "X"),
    ],
)
def test_each_services_client_is_known(client: str, protocol: str, variable: str) -> None:
    use = next(other for other in contract(main=client)["uses"] if other["part"] != "port")
    assert use["protocol"] == protocol
    assert use["variables"][0] == variable


def test_a_client_without_an_address_lets_its_library_read_one(tmp_path: Any) -> None:
    package = tmp_path / "ollama"
    package.mkdir()
    (package / "_client.py").write_text("import os\nclass Client:\n    def __init__(self, host=None):\n"
                                        "        self.url = host or os.getenv('OLLAMA_HOST')\n")  # fmt: skip
    source = b"from langchain_ollama import ChatOllama\nChatOllama(model='m')"
    found = read_contract({"main.py": source}, [str(tmp_path)])
    assert [other["omitted"] for other in found["uses"]] == [True]
    assert [(read["name"], read["library"]) for read in found["reads"]] == [("OLLAMA_HOST", "ollama")]


def test_generated_files_are_not_read() -> None:
    found = contract(api_pb2="os.getenv('A')", api_pb2_grpc="os.getenv('B')", main="os.getenv('C')")
    assert [read["name"] for read in found["reads"]] == ["C"]


def test_a_reading_that_runs_out_of_time_keeps_what_it_has() -> None:
    files = {"main.py": b"import os\nos.getenv('A', 'b')"}
    late = "\n".join(f"x{number} = os.getenv('V{number}', y{number})" for number in range(3000))
    files["late/other.py"] = ("import os\n" + late).encode()
    found = read_contract(files, seconds=0.0)
    assert found["reads"][0]["name"] == "A"
    assert found["errors"] == ["not all was read within 0 s"]


def test_a_name_that_a_function_changes_for_all_is_not_constant() -> None:
    text = """
_key = None
def set_key(value):
    global _key
    _key = value
def run():
    if not _key:
        return None
    return os.getenv("A", "b")
"""
    assert defaults(text) == {"": "b"}


PIECES = [
    "x = os.getenv('A', x)", "def f(a=f()): return f(a)", "class C(C): pass", "class D:\n    x = D().x",
    "y = f(y)", "f = lambda: f()", "a, *b = a", "del os", "global z", "for a in a: a = a", "with f() as a: pass",
    "x: int", "x += 1", "f(*x, **x)", "C.__init__.x.y()", "os.environ[x]", "from . import main", "import main as os",
    "from main import *", "d = {**d, 'k': d}", "d['k'] = d.get('k')", "ChatOllama(**d)", "return x", "yield x",
    "async def g(self): return await self.g()", "x = x if x else not x", "x = x or x",
    "match x:\n    case 1: y = x",
    "os.getenv(**x)", "os.getenv()", "os.environ.get(f(x), x)", "isinstance(x, str)", "x = [x for x in x]", "'\ud800'",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=12), max_size=3))
def test_it_never_raises_on_code_that_means_nothing(modules: list[list[str]]) -> None:
    head = "import os\nfrom langchain_ollama import ChatOllama\n"
    names = ["main.py", "worker/config.py", "worker/__init__.py"]
    files = {
        name: (head + "\n".join(lines)).encode("utf-8", "surrogatepass")
        for name, lines in zip(names, modules, strict=False)
    }
    assert read_contract(files)["files"] == len(files)


def use(text: str) -> dict[str, Any]:
    (found,) = contract(main="from langchain_ollama import ChatOllama\n" + text)["uses"]
    return dict(found)


@pytest.mark.parametrize(
    "text",
    [
        "def make(model, **more):\n    return ChatOllama(model=model, **more)\nmake('m', base_url=os.getenv('A', 'd'))",
        (
            "def make(**more):\n    return inner(**more)\ndef inner(**more):\n    return ChatOllama(**more)\n"
            "make(base_url=os.getenv('A', 'd'))"
        ),
        "ChatOllama(**dict({'base_url': os.getenv('A', 'd')}))",
    ],
)
def test_keywords_that_are_passed_through_reach_the_client(text: str) -> None:
    assert use(text)["variables"] == ["A"]
    assert not use(text)["omitted"]


@pytest.mark.parametrize(
    "text",
    ["import app\nChatOllama(**app.options())", "def make(**more):\n    return ChatOllama(**more)"],
)
def test_keywords_that_nobody_knows_may_hold_the_address(text: str) -> None:
    assert not use(text)["omitted"]
    assert not use(text)["known"]


@pytest.mark.parametrize(
    "text",
    [
        "ChatOllama(base_url=dict(os.environ).get('A', 'd'))",
        "ChatOllama(base_url={**{'A': 'd'}, **os.environ}['A'])",
    ],
)
def test_a_copy_of_the_environment_is_no_table_of_literals(text: str) -> None:
    assert use(text)["literals"] == [] or not use(text)["known"]


def test_and_or_chooses_as_a_condition_does() -> None:
    text = "A = os.getenv('A', os.getenv('MODE') == 'local' and 'l' or 'c')"
    assert defaults(text) == {"local": "l", "cloud": "c"}


@pytest.mark.parametrize(
    ("value", "skipped"),
    [
        ("os.getenv('A', 'd')", []),
        ("os.getenv('A') or 'd'", ["A"]),
        ("os.getenv('A') or os.getenv('B') or 'd'", ["A", "B"]),
        ("os.getenv('A', os.getenv('B') or 'd')", ["B"]),
    ],
)
def test_an_empty_variable_before_or_counts_for_nothing(value: str, skipped: list[str]) -> None:
    assert use(f"ChatOllama(base_url={value})")["skipped"] == skipped


@pytest.mark.parametrize(
    ("construct", "expected"),
    [
        ("cfg = Near() if os.getenv('MODE') == 'local' else Far()", {"local": "n", "cloud": "f"}),
        ("cfg = Near()", {"": "n"}),
        ("cfg = Base()", {"": "b"}),
    ],
)
def test_a_method_sees_the_attributes_of_the_class_that_is_constructed(
    construct: str, expected: dict[str, str | None]
) -> None:
    text = """
class Base:
    default = "b"
    def address(self):
        return os.getenv("A", self.default)
class Near(Base):
    default = "n"
class Far(Base):
    default = "f"
"""
    assert defaults(text + construct + "\ncfg.address()") == expected


def test_a_constructor_of_the_base_class_gets_what_the_own_one_passes() -> None:
    text = """
class Base:
    def __init__(self, url):
        self.url = url
class Config(Base):
    def __init__(self, mode):
        super().__init__(url=os.getenv("A", mode))
ChatOllama(base_url=Config("x").url)
"""
    assert use(text)["variables"] == ["A"]
    assert use(text)["defaults"] == ["x"]


@pytest.mark.parametrize(
    "head",
    [
        "class Config:\n    def __init__(self):\n        for each in os.environ:\n            setattr(self, each, 1)\n",
        "from pydantic_settings import BaseSettings\nclass Config(BaseSettings):\n",
    ],
)
def test_a_field_that_is_set_under_a_computed_name_is_no_literal(head: str) -> None:
    found = use(head + "    url: str = 'u'\nChatOllama(base_url=Config().url)")
    assert not found["known"]


@pytest.mark.parametrize(
    "put", ["more.setdefault('base_url', os.getenv('A', 'd'))", "more.update(base_url=os.getenv('A', 'd'))"]
)
def test_what_is_put_into_a_dictionary_by_a_call_is_in_it(put: str) -> None:
    assert use(f"more = dict(model='m')\n{put}\nChatOllama(**more)")["variables"] == ["A"]


def test_a_default_that_is_put_together_makes_the_address_unknown() -> None:
    found = use("ChatOllama(base_url=os.getenv('A') or f\"{os.getenv('HOST', 'h')}:1\")")
    assert found["variables"] == ["A", "HOST"]
    assert not found["known"]
