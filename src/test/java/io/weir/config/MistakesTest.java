package io.weir.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of mistake: its place (marked ‸ in the text), its key, what is wrong and what to do. */
class MistakesTest {
    private static final String BLOCK = "action = \"block\"\n";
    private static final String UPSTREAM = "[[upstream]]\nname = \"office\"\ntype = \"socks5\"\naddress = \"192.0.2.1:1080\"\n";

    private static Arguments of(String text, String key, String message, String remedy) {
        return Arguments.of(text, key, message, remedy);
    }

    private static void assertOnlyProblem(String marked, String key, String message, String remedy, Problem.Severity severity) {
        int at = marked.indexOf('‸');
        String before = marked.substring(0, at);
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        int column = at - before.lastIndexOf('\n');
        ConfigReport report = Reports.of(before + marked.substring(at + 1));
        assertEquals(1, report.problems().size(), report.problems().toString());
        Problem problem = report.problems().get(0);
        assertEquals("weir.toml:" + line + ":" + column, problem.file() + ":" + problem.line() + ":" + problem.column(), problem.toString());
        assertEquals(key, problem.key(), problem.toString());
        assertTrue(problem.message().contains(message), problem.toString());
        assertTrue(problem.remedy().contains(remedy), problem.toString());
        assertEquals(severity, problem.severity(), problem.toString());
        assertEquals(severity == Problem.Severity.ERROR, report.hasErrors(), problem.toString());
        assertTrue(report.render(false).contains(problem.message()), report.render(false));
    }

    static Stream<Arguments> syntax() {
        return Stream.of(
            of("[owner]\ntimeout = ‸\"1 s\n", "", "no end", "close it with \""),
            of("[owner]\ntimeout = ‸'''1 s\n\n", "", "no end", "close it with '''"),
            of("[[rule]]\nprocess = \"C:‸\\weir\"\n", "", "backslash", "'single quotes'"),
            of("[[rule]]\nprocess = \"‸\\u12\"\n", "", "four hexadecimal", "\\u0041"),
            of("[[rule]]\nprocess = \"‸\\U0001F600\"\n", "", "\\U", "the character itself"),
            of("[[rule]]\nprocess = \"a‸\u0007\"\n", "", "control character", "remove"),
            of("# \n# a‸\u0007\n", "", "control character", "remove"),
            of("[owner]\n‸timeout =\n", "", "has no value", "remove the key"),
            of("[owner]\n‸timeout = # later\n", "", "has no value", "remove the key"),
            of("[owner]\ntimeout ‸\n", "", "no = after the key \"timeout\"", "key = value"),
            of("[owner]\ntimeout ‸: 3\n", "", "no = after", "key = value"),
            of("‸= 1\n", "", "no key begins", "a comment begins with #"),
            of("[owner]\n‸\"timeout\" = 1\n", "", "in quotes", "without quotes"),
            of("‸owner.timeout = 1\n", "", "dot", "[table]"),
            of("[owner]\ntimeout = \"1 s\"\n‸timeout = \"2 s\"\n", "", "\"owner.timeout\" is there already", "keep one"),
            of("[owner]\nfor-log = ‸yes\n", "", "no value", "quotes"),
            of("[flow]\nmaximum-flows = ‸0100\n", "", "leading zeros", "without"),
            of("[flow]\nmaximum-flows = ‸99999999999999999999\n", "", "too large", "smaller"),
            of("[flow]\nidle = ‸1979-05-27\n", "", "a date", "quotes"),
            of("[flow]\n‸idle = \n[log]\n", "", "has no value", "remove"),
            of("[[rule]]\nport = [80 ‸443]\n", "", "comma", "part the items"),
            of("[[rule]]\nport = [80,‸, 443]\n", "", "a value is missing", "write one"),
            of("[[rule]]\nport = [‸, 443]\n", "", "a value is missing", "write one"),
            of("[[rule]]\nport = ‸[80, 443\n", "", "no end", "]"),
            of("[[rule]]\nport = [80, ‸\"443\"]\n", "", "different kinds", "alike"),
            of("[[rule]]\nany = [ { port = 1, ‸} ]\n", "", "comma before }", "remove"),
            of("[[rule]]\nany = [ { port = 1 ‸pid = 2 } ]\n", "", "comma is missing", "commas"),
            of("[[rule]]\nany = [ ‸{ port = 1,\n pid = 2 } ]\n", "", "no end on its line", "same line"),
            of("[[rule]]\nany = [ { port = 1, ‸port = 2 } ]\n", "", "is there already", "keep one"),
            of("on-overload = \"pass\" ‸on-failure = 1\n", "", "text after the end", "new line"),
            of("[owner] ‸timeout = 1\n", "", "text after the end", "new line"),
            of("[owner‸\ntimeout = 1\n", "", "does not end here", "[name]"),
            of("[[rule‸]\n", "", "does not end here", "[[name]]"),
            of("[‸]\n", "", "no key begins", "letters"),
            of("[owner.‸]\n", "", "no key begins", "letters"),
            of("[owner]\n[log]\n[‸owner]\n", "", "there already as [owner]", "keep one"),
            of("[[rule]]\n[‸rule]\n", "", "there already as [[rule]]", "[[rule]]"),
            of("[owner]\n[[‸owner]]\n", "", "there already as [owner]", "keep one"),
            of("log = 1\n[‸log]\n", "", "there already as a value", "keep one"),
            of("log = { level = \"info\" }\n[log.‸x]\n", "", "there already as a value", "keep one"),
            of("[[rule]]\nany = " + "[".repeat(20) + "‸[\n", "", "nested more than 20 deep", "flatter"));
    }

    @ParameterizedTest
    @MethodSource("syntax")
    void shouldReportOnePlaceWhenTextIsNotToml(String text, String key, String message, String remedy) {
        assertOnlyProblem(text, key, message, remedy, Problem.Severity.ERROR);
    }

    static Stream<Arguments> names() {
        return Stream.of(
            of("[owner]\n‸time-out = \"1 s\"\n", "owner.time-out", "unknown key", "did you mean \"timeout\"?"),
            of("‸timeout = \"1 s\"\n", "timeout", "unknown key", "it belongs into [owner]"),
            of("‸frobnicate = 1\n", "frobnicate", "unknown key", "known here: on-overload"),
            of("[‸ownr]\n", "ownr", "unknown table", "did you mean \"owner\"?"),
            of("[‸frobnicate]\n", "frobnicate", "unknown table", "known tables: upstream, rule"),
            of("[[‸rules]]\n" + BLOCK, "rules", "unknown table", "did you mean \"rule\"?"),
            of("[owner.‸x]\n", "owner.x", "unknown key", "known here: timeout, unknown, for-log"),
            of("[‸rule]\n" + BLOCK, "rule", "doubled", "write [[rule]]"),
            of("[[‸owner]]\n", "owner", "only one", "write [owner]"),
            of("‸owner = 1\n", "owner", "a whole number instead of a table", "write [owner]"),
            of("‸rule = [\"MATCH,DIRECT\"]\n", "rule", "a list instead of a table", "write [[rule]]"),
            of("[[rule]]\n‸prot = 80\n" + BLOCK, "rule[1].prot", "unknown key", "did you mean \"port\"?"),
            of("[[rule]]\nport = 1\n" + BLOCK + "[[rule]]\n‸domain = \"x\"\n" + BLOCK, "rule[2].domain", "unknown key", "known here: name, process"),
            of("[[rule]]\nany = [ { port = 1, ‸action = \"block\" } ]\n" + BLOCK, "rule[1].any[1].action", "unknown key", "belongs into [[rule]]"),
            of("‸[[rule]]\nport = 80\n", "rule[1]", "has no action", "add action"),
            of("[[rule]]\nname = \"a\"\nport = 1\n" + BLOCK + "[[rule]]\nname = ‸\"a\"\nport = 2\n" + BLOCK, "rule[2].name", "on line 2", "rename"),
            of("[[rule]]\nname = \"rule 2\"\nport = 1\n" + BLOCK + "‸[[rule]]\nport = 2\n" + BLOCK, "rule[2]", "another rule has this name",
                "rename"),
            of("[[rule]]\nname = ‸\" a\"\n" + BLOCK, "rule[1].name", "no good name", "no blanks at the ends"),
            of("[[rule]]\nname = ‸\"\"\n" + BLOCK, "rule[1].name", "is empty", "write something"),
            of("[[rule]]\nname = ‸1\n" + BLOCK, "rule[1].name", "a whole number instead of text", "quotes"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldNameTheKeyWhenItIsUnknownMissingOrTwice(String text, String key, String message, String remedy) {
        assertOnlyProblem(text, key, message, remedy, Problem.Severity.ERROR);
    }

    static Stream<Arguments> values() {
        return Stream.of(
            of("on-overload = ‸\"leak\"\n", "on-overload", "not one of the choices", "choose block, pass"),
            of("on-overload = ‸\"Pass\"\n", "on-overload", "not one of the choices", "did you mean \"pass\"?"),
            of("on-overload = ‸true\n", "on-overload", "true or false instead of text", "block, pass in quotes"),
            of("[owner]\ntimeout = ‸200\n", "owner.timeout", "a whole number instead of text", "\"200 ms\""),
            of("[owner]\ntimeout = ‸\"200\"\n", "owner.timeout", "no duration", "units ms, s, min, h"),
            of("[owner]\ntimeout = ‸\"2 weeks\"\n", "owner.timeout", "no duration", "units"),
            of("[owner]\ntimeout = ‸\"11 s\"\n", "owner.timeout", "out of range", "choose 0 ms – 10 s"),
            of("[owner]\nfor-log = ‸\"true\"\n", "owner.for-log", "text instead of true or false", "write true or false"),
            of("[redirect]\nlisteners = ‸17\n", "redirect.listeners", "out of range", "choose 1–16"),
            of("[redirect]\nlisteners = ‸1.5\n", "redirect.listeners", "fraction instead of a whole number", "without quotes"),
            of("[redirect]\nnat-ports = ‸\"0-100\"\n", "redirect.nat-ports", "port 0", "1–65535"),
            of("[redirect]\nrelay-port = ‸8190\n", "redirect.relay-port", "port 8192", "outside 8192-32767"),
            of("[flow]\nmaximum-flows = ‸4_000_001\n", "flow.maximum-flows", "out of range", "choose 64–4,000,000"),
            of("[flow]\nmaximum-flows = ‸-1\n", "flow.maximum-flows", "out of range", "choose 64–4,000,000"),
            of("[pipeline]\nring-slots = ‸1000\n", "pipeline.ring-slots", "no power of two", "write 512 or 1024"),
            of("[pipeline]\nthreads = ‸\"two\"\n", "pipeline.threads", "not one of the choices", "choose auto, inline, fused, staged"),
            of("[log]\nfile = ‸\"a\\u0000b\"\n", "log.file", "no path", "cannot hold"),
            of("[linux]\nqueue = ‸65535\n", "linux.queue", "out of range", "0–65,534"),
            of("[windows]\npriority = ‸1020\n", "windows.priority", "is even", "1019 or 1021"),
            of("[capture]\nexclude = [\"10.0.0.0/8\", ‸\"10.0.0.0/33\"]\n", "capture.exclude[2]", "prefix length must be 0–32", "10.0.0.0/8"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void shouldNameTypeOrRangeWhenAValueIsWrong(String text, String key, String message, String remedy) {
        assertOnlyProblem(text, key, message, remedy, Problem.Severity.ERROR);
    }

    static Stream<Arguments> rules() {
        return Stream.of(
            of("[[rule]]\naction = ‸\"deny\"\n", "rule[1].action", "no action", "choose pass, direct, proxy:NAME"),
            of("[[rule]]\naction = ‸\"blok\"\n", "rule[1].action", "no action", "did you mean \"block\"?"),
            of("[[rule]]\naction = ‸\"proxy\"\n", "rule[1].action", "names no upstream", "proxy:NAME"),
            of("[[rule]]\naction = ‸\"proxy:office\"\n", "rule[1].action", "no upstream \"office\"", "add an [[upstream]]"),
            of(UPSTREAM + "[[rule]]\nport = 1\naction = \"proxy:office\"\n[[rule]]\naction = ‸\"proxy:ofice\"\n", "rule[2].action",
                "no upstream \"ofice\"", "did you mean \"office\"?"),
            of("[[rule]]\non-failure = ‸\"retry\"\naction = \"direct\"\n", "rule[1].on-failure", "not one of the choices", "block, direct, next"),
            of("[[rule]]\nprocess = ‸[]\n" + BLOCK, "rule[1].process", "empty list", "name something"),
            of("[[rule]]\nprocess = [\"a\", ‸\"\"]\n" + BLOCK, "rule[1].process[2]", "needs a name", "regex:"),
            of("[[rule]]\nprocess = ‸7\n" + BLOCK, "rule[1].process", "a whole number instead of text", "list"),
            of("[[rule]]\nprocess = ‸\"bin/curl\"\n" + BLOCK, "rule[1].process", "never match", "**/bin/curl"),
            of("[[rule]]\nprocess = ‸\"regex:(\"\n" + BLOCK, "rule[1].process", "regular expression is wrong", "wildcards"),
            of("[[rule]]\nprocess = ‸\"regex:(.*a){12}b\"\n" + BLOCK, "rule[1].process", "takes for ever", "wildcards"),
            of("[[rule]]\npid = ‸0\n" + BLOCK, "rule[1].pid", "no process id", "1–4,294,967,295"),
            of("[[rule]]\npid = [1, ‸-3]\n" + BLOCK, "rule[1].pid[2]", "no process id", "1–4,294,967,295"),
            of("[[rule]]\nuser = [‸\"\"]\n" + BLOCK, "rule[1].user[1]", "is empty", "name a user"),
            of("[[rule]]\nto = ‸\"www.example.org\"\n" + BLOCK, "rule[1].to", "not an IPv4 or IPv6 address", "names of hosts cannot be matched"),
            of("[[rule]]\nto = [\"1.2.3.4\", ‸\"1.2.3.400\"]\n" + BLOCK, "rule[1].to[2]", "not an IPv4", "10.0.0.0/8"),
            of("[[rule]]\nto = ‸\"1.2.3.9-1.2.3.4\"\n" + BLOCK, "rule[1].to", "ends before it begins", "10.0.0.1-10.0.0.9"),
            of("[[rule]]\nto = ‸\"1.2.3.9-::1\"\n" + BLOCK, "rule[1].to", "mixes IPv4 and IPv6", "10.0.0.1-10.0.0.9"),
            of("[[rule]]\nport = ‸70000\n" + BLOCK, "rule[1].port", "not a port", "0–65535"),
            of("[[rule]]\nport = ‸\"80-70\"\n" + BLOCK, "rule[1].port", "ends before it begins", "80,443"),
            of("[[rule]]\nport = [\"80\", ‸\"http\"]\n" + BLOCK, "rule[1].port[2]", "not a port", "80,443"),
            of("[[rule]]\nport = ‸true\n" + BLOCK, "rule[1].port", "true or false instead of text", "80,443"),
            of("[[rule]]\nprotocol = ‸\"icmp\"\n" + BLOCK, "rule[1].protocol", "not one of the choices", "tcp or udp"),
            of("[[rule]]\nany = ‸{ port = 1 }\n" + BLOCK, "rule[1].any", "a table instead of a list", "[ {"),
            of("[[rule]]\nany = [‸1]\n" + BLOCK, "rule[1].any[1]", "a whole number instead of a table", "[ {"),
            of("[[rule]]\nany = ‸[]\n" + BLOCK, "rule[1].any", "empty list", "name something"),
            of("[[rule]]\nany = [ ‸{} ]\n" + BLOCK, "rule[1].any[1]", "holds of everything", "write a condition"),
            of("[[rule]]\nall = [ { none = [ { port = ‸\"x\" } ] } ]\n" + BLOCK, "rule[1].all[1].none[1].port", "not a port", "80,443"));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void shouldNameTheConditionWhenARuleIsWrong(String text, String key, String message, String remedy) {
        assertOnlyProblem(text, key, message, remedy, Problem.Severity.ERROR);
    }

    static Stream<Arguments> unreachable() {
        return Stream.of(
            of("[[rule]]\nname = \"all\"\n" + BLOCK + "\n‸[[rule]]\nport = 80\naction = \"direct\"\n", "rule[2]", "\"all\" on line 1 takes all",
                "before"),
            of("[[rule]]\nprocess = \"c*\"\nport = \"1-1000\"\n" + BLOCK + "‸[[rule]]\nprocess = [\"curl\"]\nport = 80\naction = \"direct\"\n",
                "rule[2]",
                "on line 1 takes all it could", "move it before"),
            of("[[rule]]\nto = ‸[\"127.0.0.0/8\", \"::1\"]\n" + BLOCK, "rule[1].to", "loopback destinations are never captured",
                "other destinations"),
            of("[[rule]]\nto = ‸\"224.0.0.251\"\n" + BLOCK, "rule[1].to", "multicast", "other destinations"),
            of("[capture]\nexclude = [\"203.0.113.0/24\"]\n[[rule]]\nto = ‸\"203.0.113.7\"\n" + BLOCK, "rule[1].to", "capture.exclude names",
                "other"),
            of("‸[[rule]]\nport = 80\nnone = [ { port = \"1-100\" } ]\n" + BLOCK, "rule[1]", "its conditions leave nothing", "remove the rule"),
            of("‸[[rule]]\nport = 67\nprotocol = \"udp\"\n" + BLOCK, "rule[1]", "its conditions leave nothing", "remove the rule"));
    }

    @ParameterizedTest
    @MethodSource("unreachable")
    void shouldSayWhyWhenARuleCanNeverMatch(String text, String key, String message, String remedy) {
        assertOnlyProblem(text, key, message, remedy, Problem.Severity.ERROR);
    }

    static Stream<Arguments> upstreams() {
        String use = "[[rule]]\naction = \"proxy:office\"\n";
        String named = "[[upstream]]\nname = \"office\"\n";
        return Stream.of(
            of("‸" + named + "type = \"http\"\n" + use, "upstream[1]", "has no address", "add address"),
            of(named + "type = ‸\"socks\"\naddress = \"192.0.2.1:1\"\n" + use, "upstream[1].type", "not one of the choices", "\"socks5\"?"),
            of(named + "type = \"http\"\naddress = ‸\"192.0.2.1\"\n" + use, "upstream[1].address", "has no port", "address:port"),
            of(named + "type = \"http\"\naddress = ‸\"192.0.2.1:0\"\n" + use, "upstream[1].address", "port 0", "address:port"),
            of(named + "type = \"http\"\naddress = ‸\"192.0.2.300:80\"\n" + use, "upstream[1].address", "not an IPv4", "address:port"),
            of(named + "type = \"http\"\naddress = ‸\"::1:80\"\n" + use, "upstream[1].address", "[address]:port", "address:port"),
            of(UPSTREAM + UPSTREAM.replace("\"office", "‸\"office") + use, "upstream[2].name", "another upstream has this name, on line 2", "rename"),
            of(UPSTREAM + "password = ‸\"env:OFFICE_PASSWORD\"\n" + use, "upstream[1].password", "without a user name", "add username"),
            of(UPSTREAM + "username = ‸\"me\"\n" + use, "upstream[1].username", "1–255 bytes", "correct"),
            of(UPSTREAM + "username = \"me\"\npassword = ‸\"env:NOBODY_SET_THIS\"\n" + use, "upstream[1].password", "NOBODY_SET_THIS",
                "set it before"),
            of(UPSTREAM + "username = \"me\"\npassword = ‸\"env:EMPTY\"\n" + use, "upstream[1].password", "is empty", "set it before"),
            of(UPSTREAM + "username = \"me\"\npassword = ‸\"file:no/such/file\"\n" + use, "upstream[1].password", "there is no such file",
                "small text file"),
            of(UPSTREAM + "username = \"me\"\npassword = ‸\"dpapi:AQAA\"\n" + use, "upstream[1].password", "Windows only", "env:NAME"),
            of(UPSTREAM + "username = \"me\"\npassword = ‸\"\"\n" + use, "upstream[1].password", "is empty", "env:NAME"));
    }

    @ParameterizedTest
    @MethodSource("upstreams")
    void shouldNameTheKeyWhenAnUpstreamIsWrong(String text, String key, String message, String remedy) {
        assertOnlyProblem(text, key, message, remedy, Problem.Severity.ERROR);
    }

    static Stream<Arguments> warnings() {
        String use = "[[rule]]\naction = \"proxy:office\"\n";
        return Stream.of(
            of(UPSTREAM + "username = \"me\"\npassword = ‸\"hunter2\"\n" + use, "upstream[1].password", "stands in the file", "env:NAME"),
            of(UPSTREAM.replace("\"office", "‸\"office"), "upstream[1].name", "no rule uses", "proxy:office"),
            of("[[rule]]\non-failure = ‸\"next\"\n" + BLOCK, "rule[1].on-failure", "no effect on block", "remove it"),
            of("[[rule]]\nto = ‸\"127.0.0.0/8\"\naction = \"pass\"\n", "rule[1].to", "loopback", "pass anyway"),
            of(UPSTREAM + "[[rule]]\nprotocol = \"udp\"\naction = ‸\"proxy:office\"\n", "rule[1].action", "no upstream carries UDP", "on-failure"),
            of("[relay]\nstep-timeout = ‸\"30 s\"\n", "relay.step-timeout", "never reached", "at most 15 s"));
    }

    @ParameterizedTest
    @MethodSource("warnings")
    void shouldWarnAndGoOnWhenSomethingIsDoubtful(String text, String key, String message, String remedy) {
        assertOnlyProblem(text, key, message, remedy, Problem.Severity.WARNING);
    }
}
