import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executors;

/** Keeps what Alertmanager sends: a line for each notification, {"at": seconds, "path": "/pager", "sent": {…}}. */
final class Webhook {

    private Webhook() {}

    /** @param arguments port and file */
    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[1]);
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 0);
        server.setExecutor(Executors.newSingleThreadExecutor());
        server.createContext("/", exchange -> {
            String sent = new String(exchange.getRequestBody().readAllBytes()).replace("\n", "");
            String line = "{\"at\": %d, \"path\": \"%s\", \"sent\": %s}\n"
                    .formatted(System.currentTimeMillis() / 1000, exchange.getRequestURI().getPath(), sent);
            Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
    }
}
