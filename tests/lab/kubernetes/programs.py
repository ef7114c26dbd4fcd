"""The programs of the cluster: their command lines and the files that they read.

All of them run inside the node's namespaces (see node.py); what they keep is below the run directory.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.lab.addresses import Addresses
from tests.lab.image import NO_INTERPRETER
from tests.lab.kubernetes.install import CNI, kube_binary

API_PORT = 6443
NODE = "lab-node"
# Who may ask the API server, by a token that is the name: a lab in a namespace without a way in.
USERS = {
    "admin": "system:masters",
    "system:kube-controller-manager": "system:masters",
    "system:kube-scheduler": "system:masters",
    f"system:node:{NODE}": "system:nodes",
    "system:kube-proxy": "system:node-proxier",
    "coredns": "system:masters",
    "reader": "readers",
}


@dataclass(frozen=True)
class Site:
    """Where one cluster lives: its run directory and its addresses."""

    folder: Path
    own: Addresses

    @property
    def node(self) -> str:
        return self.own.vm

    @property
    def pods(self) -> str:
        return f"{self.own.network(16)}.0/24"

    @property
    def services(self) -> str:
        return f"{self.own.network(17)}.0/24"

    @property
    def server(self) -> str:
        return f"https://{self.node}:{API_PORT}"

    @property
    def cgroup(self) -> str:
        return self.folder.name

    def path(self, name: str) -> Path:
        return self.folder / "kube" / name


def write_files(site: Site) -> None:
    """Write what the programs read."""
    for name in ("kube", "cni", "kubelet", "logs"):
        (site.folder / name).mkdir()
    rows = [f'{user},{user},{number},"{group}"' for number, (user, group) in enumerate(USERS.items())]
    site.path("tokens.csv").write_text("\n".join(rows) + "\n")
    for user in USERS:
        kubeconfig(site, user)
    subprocess.run(
        ["openssl", "genrsa", "-out", str(site.path("accounts.key")), "2048"], check=True, capture_output=True
    )
    (site.folder / "cni" / "10-lab.conflist").write_text(json.dumps(_cni(site)))
    site.path("containerd.toml").write_text(_containerd(site))
    site.path("kubelet.json").write_text(json.dumps(_kubelet(site)))
    site.path("proxy.json").write_text(json.dumps(_proxy(site)))
    site.path("Corefile").write_text(_corefile(site))
    site.path("resolv.conf").write_text("")


def kubeconfig(site: Site, user: str) -> Path:
    """The configuration with which that user asks."""
    path = site.path(f"{user.rpartition(':')[2]}.kubeconfig")
    document = {
        "apiVersion": "v1", "kind": "Config", "current-context": "lab",
        "clusters": [{"name": "lab", "cluster": {"server": site.server, "insecure-skip-tls-verify": True}}],
        "users": [{"name": user, "user": {"token": user}}],
        "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": user}}],
    }  # fmt: skip
    path.write_text(json.dumps(document, indent=1))
    return path


def etcd(site: Site) -> list[str]:
    return [
        "etcd", f"--data-dir={site.folder}/etcd", "--listen-client-urls=http://127.0.0.1:2379",
        "--advertise-client-urls=http://127.0.0.1:2379", "--listen-peer-urls=http://127.0.0.1:2380",
        "--unsafe-no-fsync",
    ]  # fmt: skip


def containerd(site: Site) -> list[str]:
    return ["containerd", f"--config={site.path('containerd.toml')}"]


def api_server(site: Site) -> list[str]:
    key = site.path("accounts.key")
    return [
        str(kube_binary()), "kube-apiserver", "--etcd-servers=http://127.0.0.1:2379",
        f"--advertise-address={site.node}", f"--secure-port={API_PORT}", f"--cert-dir={site.folder}/kube/certificates",
        f"--service-cluster-ip-range={site.services}", f"--token-auth-file={site.path('tokens.csv')}",
        "--authorization-mode=Node,RBAC", f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}", "--service-account-issuer=https://lab",
        "--kubelet-preferred-address-types=InternalIP", "--allow-privileged",
    ]  # fmt: skip


def controllers(site: Site) -> list[str]:
    return [
        str(kube_binary()), "kube-controller-manager",
        f"--kubeconfig={site.path('kube-controller-manager.kubeconfig')}",
        f"--service-account-private-key-file={site.path('accounts.key')}", "--leader-elect=false",
        "--bind-address=127.0.0.1", f"--cert-dir={site.folder}/kube/certificates-controllers",
    ]  # fmt: skip


def scheduler(site: Site) -> list[str]:
    return [
        str(kube_binary()), "kube-scheduler", f"--kubeconfig={site.path('kube-scheduler.kubeconfig')}",
        "--leader-elect=false", "--bind-address=127.0.0.1", f"--cert-dir={site.folder}/kube/certificates-scheduler",
    ]  # fmt: skip


def kubelet(site: Site) -> list[str]:
    return [
        str(kube_binary()), "kubelet", f"--config={site.path('kubelet.json')}",
        f"--kubeconfig={site.path(f'{NODE}.kubeconfig')}", f"--root-dir={site.folder}/kubelet",
        f"--cert-dir={site.folder}/kubelet/certificates", f"--hostname-override={NODE}", f"--node-ip={site.node}",
    ]  # fmt: skip


def proxy(site: Site) -> list[str]:
    return [str(kube_binary()), "kube-proxy", f"--config={site.path('proxy.json')}"]


def names(site: Site) -> list[str]:
    return [str(kube_binary()), "coredns", "-conf", str(site.path("Corefile"))]


def policies(site: Site) -> list[str]:
    return [sys.executable, "-m", "tests.lab.kubernetes.policies", str(site.folder), str(site.own.block)]


def _kubelet(site: Site) -> dict[str, object]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}},
        "authorization": {"mode": "AlwaysAllow"},
        "containerRuntimeEndpoint": f"unix://{site.folder}/containerd.sock",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{site.cgroup}",
        "enforceNodeAllocatable": [],
        "protectKernelDefaults": True,
        "failSwapOn": False,
        "localStorageCapacityIsolation": False,
        "evictionHard": {"memory.available": "100Mi"},
        # Without a Service between: of two questions at once to a translated address the kernel may lose one.
        "clusterDNS": [site.node],
        "clusterDomain": "cluster.local",
        "resolvConf": str(site.path("resolv.conf")),
        "podLogsDir": f"{site.folder}/logs/pods",
        "readOnlyPort": 0,
        "maxPods": 100,
    }


def _proxy(site: Site) -> dict[str, object]:
    nothing = {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"}
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": str(site.path("kube-proxy.kubeconfig"))},
        "hostnameOverride": NODE,
        "bindAddress": site.node,
        "metricsBindAddress": "127.0.0.1:10249",
        "mode": "iptables",
        "clusterCIDR": site.pods,
        "conntrack": nothing,
        "iptables": {"minSyncPeriod": "100ms"},
    }


def _cni(site: Site) -> dict[str, object]:
    addresses = {
        "type": "host-local",
        "ranges": [[{"subnet": site.pods}]],
        "routes": [{"dst": "0.0.0.0/0"}],
        "dataDir": f"{site.folder}/cni/addresses",
    }
    bridge = {"type": "bridge", "bridge": "cni0", "isGateway": True, "hairpinMode": True, "ipam": addresses}
    return {"cniVersion": "0.4.0", "name": "lab", "plugins": [bridge, {"type": "portmap", "capabilities": {}}]}


def _containerd(site: Site) -> str:
    plugin = 'plugins."io.containerd.grpc.v1.cri"'
    return f"""version = 2
root = "{site.folder}/containerd"
state = "{site.folder}/containerd-state"
[grpc]
address = "{site.folder}/containerd.sock"
[{plugin}]
sandbox_image = "docker.io/library/{NO_INTERPRETER}"
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
disable_apparmor = true
[{plugin}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[{plugin}.cni]
bin_dir = "{CNI}"
conf_dir = "{site.folder}/cni"
"""


def _corefile(site: Site) -> str:
    """Of the zone `.` the cluster has nothing: every other name does not exist."""
    return f""".:53 {{
    bind {site.node}
    errors
    kubernetes cluster.local in-addr.arpa . {{
        kubeconfig {site.path("coredns.kubeconfig")}
        ttl 1
    }}
}}
"""
