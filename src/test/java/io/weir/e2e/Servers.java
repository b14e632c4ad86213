package io.weir.e2e;

import io.weir.testkit.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The servers of the network side that nobody here wrote, each started when a test first asks for it. */
public final class Servers {
    /** A server and where it listens. */
    public enum Kind {
        NGINX("198.51.100.10", 80),
        MICROSOCKS("198.51.100.20", 1080),
        MICROSOCKS6("2001:db8:2::20", 1080),
        DANTED("198.51.100.21", 1080),
        DANTED_PASSWORD("198.51.100.22", 1080),
        TINYPROXY("198.51.100.24", 8888),
        TINYPROXY_PASSWORD("198.51.100.25", 8888),
        IPERF3("198.51.100.40", 5201);

        private final String address;
        private final int port;

        Kind(String address, int port) {
            this.address = address;
            this.port = port;
        }

        String endpoint() {
            return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
        }
    }

    public static final String USER = "weirtest";
    public static final String PASSWORD = "s3cret";

    private final Lab lab;
    private final Map<Kind, Program> running = new EnumMap<>(Kind.class);

    public Servers(Lab lab) {
        this.lab = lab;
    }

    public synchronized Program start(Kind kind) {
        Program program = running.get(kind);
        if (program == null || !program.isAlive()) {
            program = lab.keep(launch(kind));
            running.put(kind, program);
            awaitListening(kind, program);
        }
        return program;
    }

    /** For tests about an upstream that is down. */
    public synchronized void stop(Kind kind) {
        Program program = running.remove(kind);
        if (program != null) {
            program.close();
        }
    }

    /** What every running server wrote, to be kept when a test fails. */
    public synchronized List<String> logs() {
        return running.entrySet().stream().map(entry -> "== " + entry.getKey() + "\n" + entry.getValue().out() + entry.getValue().err()).toList();
    }

    private Program launch(Kind kind) {
        return switch (kind) {
            case NGINX -> nginx();
            case MICROSOCKS, MICROSOCKS6 -> run(kind, "microsocks", "-i", kind.address, "-p", Integer.toString(kind.port));
            case DANTED -> run(kind, "danted", "-N", "2", "-f", dantedFile(kind, "none").toString());
            case DANTED_PASSWORD -> dantedWithPassword(kind);
            case TINYPROXY -> run(kind, "tinyproxy", "-d", "-c", tinyproxyFile(kind, "").toString());
            case TINYPROXY_PASSWORD -> run(kind, "tinyproxy", "-d", "-c", tinyproxyFile(kind, "BasicAuth " + USER + " " + PASSWORD).toString());
            case IPERF3 -> run(kind, "iperf3", "-s", "-B", kind.address);
        };
    }

    private Program run(Kind kind, String... command) {
        return lab.network().start(lab.folder(), kind.name().toLowerCase(java.util.Locale.ROOT), command);
    }

    private Program nginx() {
        Path root = lab.folder().resolve("nginx");
        Path file = Folders.write(root.resolve("nginx.conf"), """
            user root;
            daemon off;
            worker_processes 1;
            error_log %1$s/error.log;
            pid %1$s/pid;
            events { worker_connections 16384; }
            http {
                log_format plain '$remote_addr $request_uri $status $body_bytes_sent';
                access_log %1$s/access.log plain;
                client_body_temp_path %1$s/body;
                proxy_temp_path %1$s/proxy;
                fastcgi_temp_path %1$s/fastcgi;
                uwsgi_temp_path %1$s/uwsgi;
                scgi_temp_path %1$s/scgi;
                server {
                    listen 198.51.100.10:80 backlog=8192;
                    listen [2001:db8:2::10]:80 backlog=8192;
                    location /who { return 200 "$remote_addr\\n"; }
                    location / { root %1$s/files; }
                }
            }
            """.formatted(root));
        Folders.write(root.resolve("files/hello"), "hello\n");
        return run(Kind.NGINX, "nginx", "-e", root + "/error.log", "-c", file.toString());
    }

    /** A file nginx serves under {@code /name}. */
    public Path webFile(String name, byte[] content) {
        try {
            Path file = lab.folder().resolve("nginx/files").resolve(name);
            Files.createDirectories(file.getParent());
            return Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path dantedFile(Kind kind, String method) {
        return Folders.write(lab.folder().resolve(kind.name() + ".conf"), """
            logoutput: stderr
            internal: %s port = %d
            external.protocol: ipv4 ipv6
            external: lo
            external.rotation: route
            clientmethod: none
            socksmethod: %s
            user.privileged: root
            user.unprivileged: nobody
            client pass { from: 0/0 to: 0/0 }
            client pass { from: ::/0 to: ::/0 }
            socks pass { from: 0/0 to: 0/0 log: connect error }
            socks pass { from: 0/0 to: ::/0 log: connect error }
            """.formatted(kind.address, kind.port, method));
    }

    /** danted asks the system's own user list; this one sees a list of ours, mounted for it alone. */
    private Program dantedWithPassword(Kind kind) {
        String crypted = Shell.run(Shell.SHORT, "openssl", "passwd", "-6", "-salt", "weir", PASSWORD).orFail().out().strip();
        Path users = lab.folder().resolve("passwd");
        Path secrets = lab.folder().resolve("shadow");
        Shell.run(Shell.SHORT, "sh", "-c", "cp /etc/passwd " + users + " && cp /etc/shadow " + secrets).orFail();
        append(users, USER + ":x:64123:64123::/nonexistent:/bin/false\n");
        append(secrets, USER + ":" + crypted + ":19000:0:99999:7:::\n");
        return run(kind, "unshare", "-m", "sh", "-c", "mount --bind " + users + " /etc/passwd && mount --bind " + secrets
            + " /etc/shadow && exec danted -N 2 -f " + dantedFile(kind, "username"));
    }

    private static void append(Path file, String line) {
        try {
            Files.writeString(file, line, java.nio.file.StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path tinyproxyFile(Kind kind, String authentication) {
        return Folders.write(lab.folder().resolve(kind.name() + ".conf"), """
            User root
            Group root
            Port %d
            Listen %s
            Timeout 600
            MaxClients 512
            LogLevel Connect
            Allow 0.0.0.0/0
            Allow ::/0
            %s
            """.formatted(kind.port, kind.address, authentication));
    }

    private void awaitListening(Kind kind, Program program) {
        String listening = kind.endpoint();
        Waiting.until(() -> !program.isAlive() || lab.network().run("ss", "-Htln").out().contains(listening),
            () -> program + " does not listen on " + listening + ": " + program.err());
        if (!program.isAlive()) {
            throw new AssertionError(program + " ended: " + program.err() + program.out());
        }
    }
}
