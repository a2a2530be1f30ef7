package dev.orderengine.http;

import dev.orderengine.order.Fault;
import java.time.Duration;
import java.util.List;

/**
 * Why a request was not done, as RFC 9457 has it.
 *
 * @param status HTTP's
 * @param code stable, snake_case; {@code type} is made of it
 * @param errors every fault of a bad input
 * @param retryAfter when to try again; null if that is of no use
 */
record Problem(int status, String code, String title, String detail, List<Fault> errors, Duration retryAfter) {

    static Problem of(int status, String code, String title, String detail) {
        return new Problem(status, code, title, detail, List.of(), null);
    }

    static Problem malformed(String detail) {
        return of(400, "malformed_json", "The body is not the JSON that it should be", detail);
    }

    static Problem badRequest(List<Fault> errors) {
        return new Problem(400, "invalid_request", "The request has faults", summary(errors), errors, null);
    }

    static Problem unprocessable(List<Fault> errors) {
        String code = errors.size() == 1 ? errors.get(0).code() : "validation_failed";
        return new Problem(422, code, "The request is understood and refused", summary(errors), errors, null);
    }

    static Problem notFound() {
        return of(404, "not_found", "There is no such thing", "It does not exist, or is not yours to see.");
    }

    static Problem unavailable(String code, String detail, Duration retryAfter) {
        return new Problem(503, code, "The engine cannot do this now", detail, List.of(), retryAfter);
    }

    static Problem internal() {
        return of(500, "internal_error", "The engine failed", "The failure is logged under the trace_id.");
    }

    private static String summary(List<Fault> errors) {
        return errors.size() == 1 ? errors.get(0).message() : errors.size() + " faults, see errors";
    }
}
