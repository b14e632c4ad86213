package io.weir.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A report for people. Lines that may hold a secret are cut off before it. */
final class ReportText {
    private static final Pattern SECRET = Pattern.compile("(?i)\\w*(pass|secret|token|pwd)\\w*\\s*=");
    private static final int LONGEST_LINE = 140;
    private final ConfigReport report;
    private final boolean colour;

    ReportText(ConfigReport report, boolean colour) {
        this.report = report;
        this.colour = colour;
    }

    @Override
    public String toString() {
        if (report.problems().isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder();
        int warnings = 0;
        for (Problem problem : report.problems()) {
            boolean warning = problem.severity() == Problem.Severity.WARNING;
            warnings += warning ? 1 : 0;
            String severity = paint(warning ? "33" : "31", problem.severity().label());
            out.append(severity).append(": ").append(problem.text()).append('\n');
            if (problem.line() > 0 && problem.line() <= report.text().size()) {
                quote(problem, out);
            }
        }
        int errors = report.problems().size() - warnings;
        return out.append(count(errors, "error")).append(", ").append(count(warnings, "warning")).append('\n').toString();
    }

    private void quote(Problem problem, StringBuilder out) {
        String line = visible(problem, report.text().get(problem.line() - 1).replace('\t', ' '));
        String number = String.format("%5d", problem.line());
        boolean hidden = problem.column() > line.length() + 1;
        int length = problem.value().isEmpty() ? keyLength(problem, line) : problem.value().equals("…") ? 1 : problem.value().length();
        int marks = Math.max(1, Math.min(length, line.length() - problem.column() + 1));
        out.append(paint("2", number + " | ")).append(line).append('\n');
        if (hidden) {
            return;
        }
        String indent = " ".repeat(Math.min(problem.column() - 1, LONGEST_LINE));
        out.append(paint("2", "      | ")).append(indent).append(paint("31", "^".repeat(marks))).append('\n');
    }

    private static int keyLength(Problem problem, String line) {
        String name = problem.key().substring(problem.key().lastIndexOf('.') + 1);
        return line.startsWith(name, problem.column() - 1) ? name.length() : 1;
    }

    private static String visible(Problem problem, String line) {
        String shown = line;
        Matcher secret = SECRET.matcher(shown);
        if (secret.find()) {
            shown = shown.substring(0, secret.end()) + " …";
        } else if (problem.key().startsWith("upstream") && shown.indexOf('{') >= 0) {
            shown = shown.substring(0, shown.indexOf('{') + 1) + " …";
        } else if (problem.value().isEmpty() && shown.indexOf('=') >= 0) {
            shown = shown.substring(0, shown.indexOf('=') + 1) + " …"; // a mistyped key may hold a secret
        }
        return shown.length() <= LONGEST_LINE ? shown : shown.substring(0, LONGEST_LINE) + "…";
    }

    private static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
