package dev.orderengine.http;

/** Ends a request with a problem; thrown where no value can say so. Without a stack trace, for it is no fault of the engine. */
final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
