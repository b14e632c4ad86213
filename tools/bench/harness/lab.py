"""The network of the benchmark: one namespace with the servers, one for every row, all up at the same time."""
import json
import os
import re
import shutil
import subprocess
import time

from harness import processes

HARNESS = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.dirname(HARNESS)
REPOSITORY = os.path.dirname(os.path.dirname(BENCH))

PROXIED, UNTOUCHED = "10.10.0.1", "10.11.0.1"
SOCKS_PORT = 1080

# reno: a namespace inherits bbr on some kernels, which paces a run down to 18 Gbit/s.
# Ports and TIME_WAIT: tens of thousands of connections a minute from one address.
SYSCTLS = [
    "net.ipv4.tcp_congestion_control=reno",
    "net.ipv4.ip_local_port_range=1024 65535",
    "net.ipv4.tcp_tw_reuse=1",
    "net.ipv4.tcp_max_tw_buckets=20000",
    "net.core.somaxconn=8192",
    "net.ipv4.tcp_max_syn_backlog=8192",
    "net.ipv4.conf.all.rp_filter=0",
    "net.ipv4.conf.default.rp_filter=0",
    "net.ipv6.conf.all.disable_ipv6=1",
    "net.ipv6.conf.default.disable_ipv6=1",
]


class RowError(Exception):
    """A row cannot take part, and why."""


def shell(command, check=True):
    return subprocess.run(command, shell=True, check=check, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


def prefix(pid):
    return f"{os.path.basename(REPOSITORY)}-bench-{pid}-"


def add_namespace(name):
    shell(f"ip netns add {name}")
    for setting in SYSCTLS:
        shell(f"ip netns exec {name} sysctl -qw '{setting}'", check=False)
    shell(f"ip -n {name} link set lo up")


def delete_namespace(name):
    shell(f"ip netns del {name}", check=False)


def delete_leftovers():
    """Namespaces of runs that were killed before they could clean up."""
    pattern = re.compile(re.escape(f"{os.path.basename(REPOSITORY)}-bench-") + r"(\d+)-")
    for line in shell("ip netns list").splitlines():
        found = pattern.match(line)
        if found and not os.path.exists(f"/proc/{found.group(1)}"):
            delete_namespace(line.split()[0])


class ServerSide:
    """pb's server and a SOCKS server. Both benchmark addresses are on its loopback, so all rows reach the same process."""

    def __init__(self, socks, programs, run):
        self.namespace = prefix(os.getpid()) + "servers"
        self.started = []
        add_namespace(self.namespace)
        shell(f"ip -n {self.namespace} addr add {PROXIED}/32 dev lo; ip -n {self.namespace} addr add {UNTOUCHED}/32 dev lo")
        self.run = run
        self.socks = None
        try:
            self.server = self._start([f"{programs}/pb", "srv"])
            self._await_port(8080, "pb srv", self.server)
            self.serve(socks)
        except RowError:
            self.close()
            raise

    def serve(self, kind):
        """Runs this SOCKS server in place of the one that runs."""
        if self.socks:
            self.socks.terminate()
            self.socks.wait()
            self.started.remove(self.socks)
        self.socks = self._start(getattr(self, "_" + kind)(self.run))
        self._await_port(SOCKS_PORT, kind, self.socks)

    def _await_port(self, port, name, process):
        deadline = time.time() + 20
        while not shell(f"ip netns exec {self.namespace} ss -Hltn 'sport = :{port}'"):
            if time.time() > deadline or process.poll() is not None:
                raise RowError(f"{name} does not listen on port {port}")
            time.sleep(.1)

    def serve_many(self):
        """Runs a SOCKS server that needs two files for a connection: sing-box needs six, too many for 9,900 connections under a limit of 20,000."""
        if shutil.which("microsocks"):
            self.serve("microsocks")

    def _start(self, command):
        process = subprocess.Popen(["ip", "netns", "exec", self.namespace] + command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.started.append(process)
        return process

    @staticmethod
    def _singbox(run):
        path = f"{run}/socks-server.json"
        with open(path, "w") as file:
            json.dump({"log": {"level": "error"}, "inbounds": [{"type": "socks", "listen": "0.0.0.0", "listen_port": SOCKS_PORT}],
                       "outbounds": [{"type": "direct"}]}, file)
        return [os.environ["BIN"] + "/sing-box", "run", "-c", path, "-D", run]

    @staticmethod
    def _microsocks(run):
        return ["microsocks", "-p", str(SOCKS_PORT)]

    @staticmethod
    def _dante(run):
        path = f"{run}/danted.conf"
        with open(path, "w") as file:
            file.write(f"logoutput: /dev/null\ninternal: 0.0.0.0 port = {SOCKS_PORT}\nexternal: lo\nclientmethod: none\nsocksmethod: none\n"
                       "user.privileged: root\nuser.unprivileged: nobody\n"
                       "client pass { from: 0/0 to: 0/0 }\nsocks pass { from: 0/0 to: 0/0 }\n")
        return ["danted", "-f", path]

    def close(self):
        for process in self.started:
            process.terminate()
            process.wait()
        delete_namespace(self.namespace)


class Row:
    """One way to the SOCKS server, in a namespace of its own: peers/NAME/ says how it is started and what its client needs."""

    def __init__(self, name, index, programs, run):
        self.name, self.namespace, self.process = name, prefix(os.getpid()) + name, None
        self.folder, self.run = f"{BENCH}/peers/{name}", f"{run}/{name}"
        self.has_daemon = os.path.exists(f"{self.folder}/start")
        self.about = self._text("about")
        self.measures = self._text("measures").split()
        os.makedirs(self.run, exist_ok=True)
        application, network = f"10.9.{index}.1", f"10.9.{index}.2"
        self.control_ip = network
        self.environment = dict(os.environ, APP_IP=application, SOCKS_IP=network, SOCKS_PORT=str(SOCKS_PORT), PROXY_NET="10.10.0.0/16",
                                DIRECT_NET="10.11.0.0/16", RUN=self.run, PROGRAMS=programs, PEERS=f"{BENCH}/peers", REPOSITORY=REPOSITORY)
        self._require()
        add_namespace(self.namespace)
        servers = prefix(os.getpid()) + "servers"
        outside = f"wb{os.getpid() % 100000}n{index}"
        shell(f"ip link add {outside} netns {servers} type veth peer name app0 netns {self.namespace}; "
              f"ip -n {servers} addr add {network}/24 dev {outside}; ip -n {servers} link set {outside} up; "
              f"ip -n {self.namespace} addr add {application}/24 dev app0; ip -n {self.namespace} link set app0 up; "
              f"ip -n {self.namespace} route add default via {network} metric 1000")

    def _text(self, name):
        path = f"{self.folder}/{name}"
        if not os.path.exists(path):
            return ""
        with open(path) as file:
            return file.read().strip()

    def _require(self):
        for path in self._text("needs").split():
            real = path.replace("$BIN", os.environ["BIN"]).replace("$ROOT", os.environ["ROOT"])
            if not os.path.exists(real):
                raise RowError(f"{real} is not there; tools/bench/install-peers gets it")

    def start(self, patience=60):
        """Starts the daemon if there is one, and proves that traffic really takes this way."""
        if not self.has_daemon:
            return self._prove()
        log_path = f"{self.run}/log"
        with open(log_path, "a") as log:
            self.process = subprocess.Popen(["ip", "netns", "exec", self.namespace, "bash", f"{self.folder}/start"], env=self.environment,
                                            stdout=log, stderr=log)
        deadline = time.time() + patience
        while True:
            if self.process.poll() is not None:
                with open(log_path) as log:
                    raise RowError(f"it ended with {self.process.returncode}: {log.read()[-600:]}")
            try:
                return self._prove()
            except (RowError, subprocess.TimeoutExpired) as problem:
                if time.time() > deadline:
                    raise RowError(f"no diverted connection within {patience} s: {problem}") from problem
                time.sleep(.2)

    def _prove(self):
        seen = subprocess.run(self.command("who", PROXIED), env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              timeout=4).stdout.strip()
        if seen == PROXIED or self.name == "direct" and seen:
            return
        raise RowError(f"the server saw {seen!r}, not the SOCKS server")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None
        if self.has_daemon:
            tables = "; ".join(f"ip netns exec {self.namespace} iptables -t {table} -F" for table in ("nat", "mangle", "raw"))
            shell(f"ip -n {self.namespace} link del tun0; {tables}", check=False)

    def close(self):
        self.stop()
        delete_namespace(self.namespace)

    def command(self, *arguments, before="", program="pb"):
        client = f". {self.folder}/client; " if os.path.exists(f"{self.folder}/client") else ""
        line = f"{client}exec {before}$PROGRAMS/{program} $PB_OPTIONS {' '.join(map(str, arguments))}"
        return ["ip", "netns", "exec", self.namespace, "bash", "-c", line]

    def load(self, *arguments, before="", program="pb", timeout=40):
        """Runs pb; its line of JSON as a dict, or {"error": why}."""
        try:
            done = subprocess.run(self.command(*arguments, before=before, program=program), env=self.environment, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True, timeout=timeout)
        except subprocess.TimeoutExpired:
            return {"error": "timeout"}
        try:
            return json.loads(done.stdout.splitlines()[-1])
        except (ValueError, IndexError):
            return {"error": done.stdout.strip() or f"exit {done.returncode}"}

    def measure_memory(self, counts):
        """Resident memory of a fresh process, idle and with so many open connections."""
        result = {}
        for count in counts:
            self.stop()
            time.sleep(.3)
            self.start()
            time.sleep(.6)
            result["idle"] = processes.resident_mb(self.process.pid)
            with subprocess.Popen(self.command("hold", PROXIED, count), env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True) as holder:
                line = holder.stdout.readline()
                time.sleep(.5)
                result[f"resident{count}"] = processes.resident_mb(self.process.pid)
                result[f"held{count}"] = json.loads(line).get("held", 0) if line else 0
                holder.communicate("\n")
            time.sleep(1.5)
        self.stop()
        time.sleep(1)
        self.start()
        return result
