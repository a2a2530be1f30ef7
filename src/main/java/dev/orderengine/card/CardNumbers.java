package dev.orderengine.card;

/**
 * Finds what looks like a card number: 13 to 19 digits that pass Luhn's check, blanks and dashes between them ignored
 * (specification, section 4). Digits count only if no letter, digit or point touches them: a UUID, a decimal or a long number is none.
 */
public final class CardNumbers {

    private static final int SHORTEST = 13;
    private static final int LONGEST = 19;
    private static final String UUID = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

    private CardNumbers() {}

    /** Whether a card number stands anywhere in the text. Linear, without allocation. */
    public static boolean appearIn(CharSequence text) {
        for (int at = 0; at <= text.length() - SHORTEST; at++) {
            if (isStartOfGroup(text, at) && endOfCard(text, at) > 0) {
                return true;
            }
        }
        return false;
    }

    /** The text with asterisks for the digits of card numbers. Linear; without allocation if there are none. */
    public static String masked(String text) {
        if (text == null || !appearIn(text)) {
            return text;
        }
        StringBuilder masked = new StringBuilder(text);
        for (int at = 0; at < text.length(); at++) {
            int end = isStartOfGroup(text, at) ? endOfCard(text, at) : 0;
            for (int digit = at; digit < end; digit++) {
                if (isDigit(text.charAt(digit))) {
                    masked.setCharAt(digit, '*');
                }
            }
        }
        return masked.toString();
    }

    private static boolean isStartOfGroup(CharSequence text, int at) {
        return isDigit(text.charAt(at)) && (at == 0 || !isDigit(text.charAt(at - 1)));
    }

    /**
     * The position after the longest card number that starts here; 0 if none does. It ends where a group of digits does: what follows it,
     * after a blank, may be other digits.
     */
    private static int endOfCard(CharSequence text, int start) {
        int end = 0;
        int digits = 0;
        for (int at = start; at < text.length() && digits <= LONGEST; at++) {
            if (isDigit(text.charAt(at))) {
                digits++;
                boolean groupEnds = at + 1 == text.length() || !isDigit(text.charAt(at + 1));
                if (groupEnds && digits >= SHORTEST && isCard(text, start, at + 1)) {
                    end = at + 1;
                }
            } else if (!isSeparator(text.charAt(at)) || !isDigit(text.charAt(at - 1))) {
                break;
            }
        }
        return end;
    }

    private static boolean isSeparator(char c) {
        return c == ' ' || c == '-';
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
