import java.lang.instrument.Instrumentation;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Pattern;

/** Agent of a bad release: all is well until the engine has placed 15 orders; then it ends, as one does that gave up in order. */
public final class FailsLater {

    private static final Pattern PLACED = Pattern.compile("(?m)^http_server_requests_seconds_count\\{[^}]*POST[^}]*\\} ([0-9.]+)");
    private static final double ENOUGH = 15;

    private FailsLater() {}

    public static void premain(String arguments, Instrumentation instrumentation) {
        Thread watching = new Thread(FailsLater::watch, "fails-later");
        watching.setDaemon(true);
        watching.start();
    }

    private static void watch() {
        var metrics = URI.create("http://127.0.0.1:" + System.getenv("ENGINE_HTTP_MANAGEMENT_PORT") + "/metrics");
        var client = HttpClient.newHttpClient();
        try {
            while (placed(client, metrics) < ENOUGH) {
                Thread.sleep(200);
            }
        } catch (InterruptedException ended) {
            return;
        }
        System.exit(1);
    }

    private static double placed(HttpClient client, URI metrics) throws InterruptedException {
        try {
            String body = client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();
            return PLACED.matcher(body).results().mapToDouble(found -> Double.parseDouble(found.group(1))).sum();
        } catch (java.io.IOException notYet) {
            return 0;
        }
    }
}
