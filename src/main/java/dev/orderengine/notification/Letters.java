package dev.orderengine.notification;

import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.SimpleObjectWrapper;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes letters from the templates in {@code /mail}: for each kind a text, whose first line is the subject, and an HTML page, which
 * escapes all that it is given. A locale without templates of its own gets the English ones. Thread-safe.
 */
final class Letters {

    private static final String FOLDER = "/mail";
    private static final String TEXT = ".ftl";
    private static final String HTML = ".ftlh";
    private static final String SUBJECT = "Subject: ";
    private static final List<Locale> LOCALES = List.of(Locale.ENGLISH, Locale.GERMAN);

    private final Configuration templates = new Configuration(Configuration.VERSION_2_3_34);

    /** Reads all templates, so that a fault in one shows at the start. */
    Letters() {
        templates.setClassForTemplateLoading(Letters.class, FOLDER);
        templates.setDefaultEncoding("UTF-8");
        templates.setLocale(Locale.ENGLISH);
        templates.setObjectWrapper(new SimpleObjectWrapper(Configuration.VERSION_2_3_34));
        templates.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
        templates.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        templates.setLogTemplateExceptions(false);
        templates.setWrapUncheckedExceptions(true);
        // They are in the jar.
        templates.setTemplateUpdateDelayMilliseconds(Long.MAX_VALUE);
        for (Locale locale : LOCALES) {
            for (Kind kind : Kind.values()) {
                template(kind.wire() + TEXT, locale);
                template(kind.wire() + HTML, locale);
            }
        }
    }

    /** The locale, among those that there are templates for, that is nearest to a BCP 47 tag; null is as good as unknown. */
    static Locale nearest(String tag) {
        String language = tag == null ? "" : Locale.forLanguageTag(tag).getLanguage();
        return LOCALES.stream()
                .filter(locale -> locale.getLanguage().equals(language))
                .findFirst()
                .orElse(Locale.ENGLISH);
    }

    /** @param facts texts, lists and maps of such, and booleans */
    Letter write(Kind kind, Locale locale, Map<String, Object> facts) {
        String text = fill(template(kind.wire() + TEXT, locale), facts);
        int firstLine = text.indexOf('\n');
        String subject = text.substring(SUBJECT.length(), firstLine).strip();
        return new Letter(
                subject, text.substring(firstLine).strip() + "\n", fill(template(kind.wire() + HTML, locale), facts));
    }

    private Template template(String name, Locale locale) {
        try {
            return templates.getTemplate(name, locale);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String fill(Template template, Map<String, Object> facts) {
        StringWriter filled = new StringWriter();
        try {
            template.process(facts, filled);
        } catch (TemplateException e) {
            throw new IllegalStateException("a template that cannot be filled: " + template.getName(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return filled.toString();
    }
}
