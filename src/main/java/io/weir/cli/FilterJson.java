package io.weir.cli;

import io.weir.filter.FilterCheck;
import io.weir.filter.Warning;

/** A check as one line of JSON; {@code error}, {@code position}, {@code object}, {@code formatted} are WinDivert's own. Fields are only added. */
final class FilterJson {

    private FilterJson() {
    }

    static String of(FilterCheck check) {
        JsonText json = new JsonText().open('{');
        json.name("expression").text(check.text());
        json.name("layer").text(check.layer().name());
        json.name("ok").literal(Boolean.toString(check.ok()));
        json.name("error").text(check.ok() ? "No error" : check.error().code().text());
        json.name("position").number(check.ok() ? 0 : check.error().position());
        json.name("object").text(check.ok() ? check.filter().object() : "");
        String formatted = check.ok() ? check.filter().formatted() : "";
        json.name("formatted").text(formatted == null ? "" : formatted);
        json.name("tests").number(check.ok() ? check.filter().tests() : 0);
        json.name("warnings").open('[');
        for (Warning warning : check.warnings()) {
            json.open('{').name("kind").text(warning.kind().label()).name("text").text(warning.text());
            json.name("from").number(warning.from()).name("to").number(warning.to()).close('}');
        }
        json.close(']');
        if (!check.ok()) {
            json.name("from").number(check.error().from()).name("to").number(check.error().to());
            json.name("expected").text(check.error().expected()).name("suggestion").text(check.suggestion());
        }
        return json.close('}').toString();
    }
}
