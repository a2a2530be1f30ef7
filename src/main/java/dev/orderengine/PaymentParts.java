package dev.orderengine;

import dev.orderengine.audit.AuditWriter;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.order.PaymentMethod;
import dev.orderengine.outbox.RelayVerticle;
import dev.orderengine.payment.AuthorizationTerms;
import dev.orderengine.payment.Backlog;
import dev.orderengine.payment.Charges;
import dev.orderengine.payment.Guarded;
import dev.orderengine.payment.JobBacklog;
import dev.orderengine.payment.JobRunner;
import dev.orderengine.payment.Jobs;
import dev.orderengine.payment.PaymentDecider;
import dev.orderengine.payment.PaymentProvider;
import dev.orderengine.payment.PaymentStore;
import dev.orderengine.payment.PaymentVerticle;
import dev.orderengine.payment.PgPayments;
import dev.orderengine.payment.PgRefunds;
import dev.orderengine.payment.RefundDecider;
import dev.orderengine.payment.RefundStore;
import dev.orderengine.payment.Refunds;
import dev.orderengine.payment.paypal.PayPalBooks;
import dev.orderengine.payment.paypal.PayPalProvider;
import dev.orderengine.payment.paypal.PayPalWebhook;
import dev.orderengine.payment.reconciliation.ProviderBooks;
import dev.orderengine.payment.reconciliation.Reconciliation;
import dev.orderengine.payment.reconciliation.ReconciliationVerticle;
import dev.orderengine.payment.stripe.StripeBooks;
import dev.orderengine.payment.stripe.StripeProvider;
import dev.orderengine.payment.stripe.StripeWebhook;
import dev.orderengine.payment.webhook.PgNotices;
import dev.orderengine.payment.webhook.WebhookSource;
import dev.orderengine.payment.webhook.WebhookVerticle;
import dev.orderengine.payment.webhook.Webhooks;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How orders are paid: each provider behind its guards, its charges and refunds as jobs, and what it tells unasked. */
final class PaymentParts {

    private static final Logger LOG = LoggerFactory.getLogger(PaymentParts.class);

    /** Cards are held for a week, and their day before the last is the time to take what can be taken. */
    private static final AuthorizationTerms STRIPE_HOLDS =
            new AuthorizationTerms(Duration.ofDays(6), Duration.ofDays(6));

    /** PayPal vouches for three days, renews from the fourth on, and ends all after 29. */
    private static final AuthorizationTerms PAYPAL_HOLDS =
            new AuthorizationTerms(Duration.ofDays(4), Duration.ofDays(28));

    /** PayPal is asked while it waits for our answer, which must not take longer than other answers. */
    private static final Duration VERIFY_TIMEOUT = Duration.ofMillis(1_500);

    /** A page of a provider's list takes longer than a charge, and nobody waits for it; but a stop of the engine does. */
    private static final Duration LIST_TIMEOUT = Duration.ofSeconds(10);

    private final Foundation on;
    private final OrderParts orders;

    PaymentParts(Foundation on, OrderParts orders) {
        this.on = on;
        this.orders = orders;
    }

    /** Drives the jobs of all providers that are configured. */
    PaymentVerticle charging() {
        EngineConfig.Payments payments = on.config().payments();
        int connections = payments.concurrency() + Guarded.REFUNDS_AT_ONCE;
        EngineConfig.Stripe stripe = payments.stripe();
        EngineConfig.PayPal paypal = payments.paypal();
        List<ProviderJobs> providers = new ArrayList<>();
        providers.add(jobs(
                new StripeProvider(on.vertx(), stripe, payments.capture(), connections, payments.timeout()),
                stripe.lookUpWindow(),
                STRIPE_HOLDS));
        if (paypal.isOn()) {
            providers.add(jobs(
                    new PayPalProvider(
                            on.vertx(), paypal, payments.capture(), connections, payments.timeout(), on.clock()),
                    paypal.lookUpWindow(),
                    PAYPAL_HOLDS));
        } else {
            LOG.warn("payments.paypal.client_id is not set: payments by PayPal wait");
        }
        providers.add(transfers());
        return new PaymentVerticle(
                on.bus(),
                providers.stream().flatMap(jobs -> jobs.runners().stream()).toList(),
                providers.stream().flatMap(jobs -> jobs.backlogs().stream()).toList());
    }

    /** What one provider is asked to do. */
    private record ProviderJobs(List<JobRunner<?, ?>> runners, List<JobBacklog> backlogs) {}

    /** Nobody is asked for transfers; what of them waits for a person is shown like that of the providers. */
    private ProviderJobs transfers() {
        String provider = PaymentMethod.BANK_TRANSFER.provider();
        Duration never = Duration.ZERO;
        return new ProviderJobs(
                List.of(),
                List.of(
                        backlog("payments", provider, charges(never, STRIPE_HOLDS)::backlog),
                        backlog("refunds", provider, refunds(never)::backlog)));
    }

    private PgPayments charges(Duration lookUpWindow, AuthorizationTerms terms) {
        return new PgPayments(
                on.database(),
                orders.changes(),
                orders.reservations(),
                on.tokens(),
                new PaymentDecider(on.config().payments().lease(), lookUpWindow, terms, on.ids()));
    }

    private PgRefunds refunds(Duration lookUpWindow) {
        return new PgRefunds(
                on.database(),
                orders.changes(),
                new RefundDecider(on.config().payments().lease(), lookUpWindow));
    }

    private ProviderJobs jobs(PaymentProvider bare, Duration lookUpWindow, AuthorizationTerms terms) {
        EngineConfig.Payments payments = on.config().payments();
        Guarded provider = new Guarded(on.vertx(), bare, Guarded.Settings.of(payments), on.metrics(), on.spans());
        PaymentStore charges = charges(lookUpWindow, terms);
        RefundStore refunds = refunds(lookUpWindow);
        JobBacklog chargesBacklog = backlog("payments", provider.name(), charges::backlog);
        JobBacklog refundsBacklog = backlog("refunds", provider.name(), refunds::backlog);
        return new ProviderJobs(
                List.of(
                        runner(
                                new Charges(charges, provider, on.clock(), on.spans()),
                                payments.concurrency(),
                                chargesBacklog),
                        runner(
                                new Refunds(refunds, provider, on.clock(), on.spans()),
                                Guarded.REFUNDS_AT_ONCE,
                                refundsBacklog)),
                List.of(chargesBacklog, refundsBacklog));
    }

    private JobBacklog backlog(String kind, String provider, BiFunction<String, Instant, Future<Backlog>> reading) {
        return new JobBacklog(kind, provider, now -> reading.apply(provider, now), on.metrics(), on.clock());
    }

    private <J, A> JobRunner<J, A> runner(Jobs<J, A> jobs, int concurrency, JobBacklog backlog) {
        return new JobRunner<>(
                on.vertx(),
                jobs,
                concurrency,
                on.config().payments().pollInterval(),
                on.metrics(),
                on.background().whileBehind(backlog::age),
                () -> on.bus().nudge(RelayVerticle.READY));
    }

    /** Compares each day with the lists of the providers that are configured. There is no list of bank transfers. */
    ReconciliationVerticle reconciling() {
        EngineConfig.Payments payments = on.config().payments();
        List<ProviderBooks> books = new ArrayList<>();
        books.add(new StripeBooks(on.vertx(), payments.stripe(), LIST_TIMEOUT));
        if (payments.paypal().isOn()) {
            books.add(new PayPalBooks(on.vertx(), payments.paypal(), LIST_TIMEOUT, on.clock()));
        }
        Reconciliation reconciliation = new Reconciliation(
                on.vertx(),
                on.database(),
                books,
                payments.reconciliationHour(),
                new AuditWriter(on.json()),
                on.ids(),
                on.clock(),
                on.metrics());
        return new ReconciliationVerticle(on.bus(), reconciliation, on.metrics());
    }

    /** Takes what providers tell unasked. */
    WebhookVerticle webhooks() {
        EngineConfig.Payments payments = on.config().payments();
        EngineConfig.PayPal paypal = payments.paypal();
        List<WebhookSource> sources = new ArrayList<>();
        sources.add(new StripeWebhook(payments.stripe().webhookSecret(), on.clock()));
        if (paypal.isOn() && paypal.webhookId() != null) {
            sources.add(new PayPalWebhook(on.vertx(), paypal, VERIFY_TIMEOUT, on.clock()));
        }
        // What comes unasked settles, or is passed over: it opens no window.
        Duration none = Duration.ZERO;
        PgNotices notices = new PgNotices(
                on.database(),
                Map.of("stripe", charges(none, STRIPE_HOLDS), "paypal", charges(none, PAYPAL_HOLDS)),
                refunds(none));
        return new WebhookVerticle(
                on.bus(), new Webhooks(sources, notices, on.clock(), on.metrics(), on.afterCommit()));
    }
}
