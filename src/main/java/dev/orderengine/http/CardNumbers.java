package dev.orderengine.http;

/**
 * Finds what looks like a card number: 13 to 19 digits that pass Luhn's check, blanks and dashes between them ignored
 * (specification, section 4). A run of digits counts only if no letter, digit or point touches it: a UUID, a decimal or a long
 * number is none.
 */
final class CardNumbers {

    private static final int SHORTEST = 13;
    private static final int LONGEST = 19;
    private static final String UUID = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

    private CardNumbers() {}

    /** Whether a card number stands anywhere in the text. Linear, without allocation. */
    static boolean appearIn(CharSequence text) {
        int length = text.length();
        if (length < SHORTEST) {
            return false;
        }
        int at = 0;
        while (at < length) {
            if (!isDigit(text.charAt(at))) {
                at++;
                continue;
            }
            int end = endOfRun(text, at);
            if (isCard(text, at, end)) {
                return true;
            }
            at = end;
        }
        return false;
    }

    /** The position after the last digit of the run: digits with at most one blank or dash between two of them. */
    private static int endOfRun(CharSequence text, int start) {
        int end = start + 1;
        int at = end;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isDigit(c)) {
                end = ++at;
            } else if ((c == ' ' || c == '-') && at == end) {
                at++;
            } else {
                break;
            }
        }
        return end;
    }

    private static boolean isCard(CharSequence text, int start, int end) {
        return !touches(text, start - 1)
                && !touches(text, end)
                && passesLuhn(text, start, end)
                && !isInUuid(text, start);
    }

    /** One in some ten thousand UUIDs has groups of digits alone that pass Luhn's check. */
    private static boolean isInUuid(CharSequence text, int position) {
        for (int at = Math.max(0, position - UUID.length() + 1); at <= position; at++) {
            if (isUuid(text, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUuid(CharSequence text, int start) {
        if (start + UUID.length() > text.length()) {
            return false;
        }
        for (int i = 0; i < UUID.length(); i++) {
            char c = text.charAt(start + i);
            boolean fits = UUID.charAt(i) == '-' ? c == '-' : Character.digit(c, 16) >= 0;
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static boolean touches(CharSequence text, int at) {
        return at >= 0 && at < text.length() && (Character.isLetter(text.charAt(at)) || text.charAt(at) == '.');
    }

    private static boolean passesLuhn(CharSequence text, int start, int end) {
        int digits = 0;
        int sum = 0;
        for (int at = end - 1; at >= start; at--) {
            char c = text.charAt(at);
            if (isDigit(c)) {
                int digit = c - '0';
                int doubled = digits % 2 == 1 ? digit * 2 : digit;
                sum += doubled > 9 ? doubled - 9 : doubled;
                digits++;
            }
        }
        return digits >= SHORTEST && digits <= LONGEST && sum % 10 == 0 && sum > 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
