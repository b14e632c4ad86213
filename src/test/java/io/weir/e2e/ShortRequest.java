package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;

/** One connection, one request, one answer, the end. */
final class ShortRequest {
    private ShortRequest() {
    }

    /** Through a proxy of the network side. */
    static void run(Lab lab) throws IOException {
        run(lab, Lab.WEB);
    }

    static void run(Lab lab, String seenAs) throws IOException {
        try (Client client = Client.connect(lab, Client.web(false))) {
            client.send("GET /who HTTP/1.0\r\n\r\n");
            String answer = client.readToEnd();
            assertTrue(answer.endsWith("\n" + seenAs + "\n"), () -> "got: " + answer);
        }
    }
}
