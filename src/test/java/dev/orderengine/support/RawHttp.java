package dev.orderengine.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Sends bytes as they are, for requests that no client would send. */
public record RawHttp(URI engine) {

    private static final int PATIENCE_MILLIS = 10_000;
    private static final String END_OF_HEAD = "\r\n\r\n";

    /**
     * What came back.
     *
     * @param head status line and headers
     */
    public record Reply(int status, String head) {}

    /** Sends the text as Latin-1 and reads the head of the first reply. */
    public Reply send(String request) throws IOException {
        try (Socket socket = new Socket(engine.getHost(), engine.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            write(socket, request);
            String head = head(socket.getInputStream());
            return new Reply(Integer.parseInt(head.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3)), head);
        }
    }

    private static void write(Socket socket, String request) throws IOException {
        try {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        } catch (SocketException e) {
            // The engine may have answered and closed before it read all; the reply tells.
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.write(b);
            if (head.toString(StandardCharsets.ISO_8859_1).endsWith(END_OF_HEAD)) {
                break;
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }
}
