package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JsonTextTest {

    @Test
    void shouldNestObjectsAndArrays() {
        String json = new JsonText().open('{').name("a").open('[').number(1).text("x").open('{').close('}').close(']').name("b").text(null).close('}')
            .toString();
        assertEquals("{\"a\":[1,\"x\",{}],\"b\":null}", json);
    }

    @Test
    void shouldEscapeWhatJsonForbids() {
        assertEquals("\"\\\"\\\\\\n\\r\\t\\u0001\\u001bé\\ud800x\"", new JsonText().text("\"\\\n\r\t\u0001\u001bé\ud800x").toString());
        assertEquals("\"\ud83d\ude00\"", new JsonText().text("\ud83d\ude00").toString());
    }
}
