package dev.orderengine.security;

/** OWASP API Security Top 10, 2023. */
enum Risk {
    API1("Broken object level authorization"),
    API2("Broken authentication"),
    API3("Broken object property level authorization"),
    API4("Unrestricted resource consumption"),
    API5("Broken function level authorization"),
    API6("Unrestricted access to sensitive business flows"),
    API7("Server side request forgery"),
    API8("Security misconfiguration"),
    API9("Improper inventory management"),
    API10("Unsafe consumption of APIs");

    private final String title;

    Risk(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
