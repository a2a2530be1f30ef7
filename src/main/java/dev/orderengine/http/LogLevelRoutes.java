package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.telemetry.LogLevels;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The log levels of this process: those that were changed, and changing one for a while. */
final class LogLevelRoutes {

    /** Ours only: what libraries log when they are verbose may be what nobody must read. */
    private static final Pattern OURS = Pattern.compile("dev\\.orderengine(\\.[A-Za-z0-9_]{1,64}){0,8}");

    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");
    private static final int USUAL_SECONDS = 600;
    private static final int LONGEST_SECONDS = 86_400;

    private final LogLevels levels;
    private final RequestBody bodies;
    private final AuditTrail audit;
    private final JsonOut json;

    LogLevelRoutes(LogLevels levels, RequestBody bodies, AuditTrail audit, JsonOut json) {
        this.levels = levels;
        this.bodies = bodies;
        this.audit = audit;
        this.json = json;
    }

    private record Wish(String level, int seconds) {}

    void list(RoutingContext context) {
        Responses.json(context, 200, json.object(out -> Pages.items(levels.list(), LogLevelRoutes::changed, out)));
    }

    void put(RoutingContext context) {
        String logger = context.pathParam("logger");
        if (!OURS.matcher(logger).matches()) {
            throw new ProblemException(Problem.notFound());
        }
        Wish wish = Decoded.of(
                        bodies.read(context.body().buffer()), Set.of("level", "for_seconds"), LogLevelRoutes::wish)
                .orRefuse();
        LogLevels.Changed changed =
                levels.set(logger, wish.level().toUpperCase(Locale.ROOT), Duration.ofSeconds(wish.seconds()));
        audit.record(
                context,
                "log_level.put",
                logger,
                "done",
                Map.of("level", wish.level(), "until", Times.format(changed.until())));
        Responses.json(context, 200, json.object(out -> changed(changed, out)));
    }

    private static Wish wish(JsonFields fields) {
        String level = fields.required(
                "level", fields.text("level", LogLevelRoutes::known, "unknown_level", "one of " + LEVELS));
        return new Wish(level, fields.integer("for_seconds", 1, LONGEST_SECONDS).orElse(USUAL_SECONDS));
    }

    private static String known(String level) {
        if (!LEVELS.contains(level)) {
            throw new IllegalArgumentException("no level");
        }
        return level;
    }

    private static void changed(LogLevels.Changed changed, JsonGenerator out) throws IOException {
        out.writeStringField("logger", changed.logger());
        out.writeStringField("level", changed.level().toLowerCase(Locale.ROOT));
        out.writeStringField("until", Times.format(changed.until()));
    }
}
