package dev.orderengine;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessField;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.vertx.core.VerticleBase;

/** The directions and habits of {@code docs/adr} and the architecture, held by the build. */
@AnalyzeClasses(packages = "dev.orderengine", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "dev.orderengine";

    /** What knows of the business; the rest of the packages could serve any other. */
    private static final String[] DOMAIN = {
        "dev.orderengine.http..",
        "dev.orderengine.order..",
        "dev.orderengine.assessment..",
        "dev.orderengine.catalog..",
        "dev.orderengine.cart..",
        "dev.orderengine.inventory..",
        "dev.orderengine.customer..",
        "dev.orderengine.payment..",
        "dev.orderengine.rules..",
        "dev.orderengine.money..",
        "dev.orderengine.outbox..",
        "dev.orderengine.audit..",
        "dev.orderengine.sweep..",
        "dev.orderengine.verification..",
        "dev.orderengine.feed..",
        "dev.orderengine.notification.."
    };

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule foundationsKnowNoDomain = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.orderengine.bus..",
                    "dev.orderengine.batch..",
                    "dev.orderengine.database..",
                    "dev.orderengine.redis..",
                    "dev.orderengine.queue..",
                    "dev.orderengine.telemetry..",
                    "dev.orderengine.json..",
                    "dev.orderengine.config..",
                    "dev.orderengine.resilience..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(DOMAIN);

    @ArchTest
    static final ArchRule nobodyButTheRootKnowsHttp = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, "dev.orderengine.http..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.orderengine.http..");

    @ArchTest
    static final ArchRule moneyKnowsNothingElse = noClasses()
            .that()
            .resideInAPackage("dev.orderengine.money..")
            .should()
            .dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                    "are ours and outside of money",
                    type -> type.getPackageName().startsWith(ROOT)
                            && !type.getPackageName().equals(ROOT + ".money")));

    @ArchTest
    static final ArchRule rulesKnowOnlyMoney = noClasses()
            .that()
            .resideInAPackage("dev.orderengine.rules..")
            .should()
            .dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                    "are ours and outside of rules and money",
                    type -> type.getPackageName().startsWith(ROOT)
                            && !type.getPackageName().equals(ROOT + ".rules")
                            && !type.getPackageName().equals(ROOT + ".money")));

    @ArchTest
    static final ArchRule ordersDoNotKnowWhoActsOnThem = noClasses()
            .that()
            .resideInAPackage("dev.orderengine.order..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.orderengine.payment..",
                    "dev.orderengine.outbox..",
                    "dev.orderengine.assessment..",
                    "dev.orderengine.audit..",
                    "dev.orderengine.sweep..",
                    "dev.orderengine.cart..",
                    "dev.orderengine.feed..",
                    "dev.orderengine.catalog..");

    @ArchTest
    static final ArchRule decisionsKnowNoVertx = noClasses()
            .that()
            .resideInAnyPackage("dev.orderengine.money..", "dev.orderengine.rules..")
            .or()
            .haveSimpleNameEndingWith("Decider")
            .or()
            .haveSimpleName("Transitions")
            .or()
            .haveSimpleName("OrderState")
            .or()
            .haveSimpleName("OrderChange")
            .or()
            .haveSimpleName("Pricing")
            .or()
            .haveSimpleName("PlaceOrderDecoder")
            .or()
            .haveSimpleName("ProductDecoder")
            .or()
            .haveSimpleName("CustomerDecoder")
            .or()
            .haveSimpleName("StockDecoder")
            .or()
            .haveSimpleName("CartDecoder")
            .or()
            .haveSimpleName("PricedCart")
            .or()
            .haveSimpleName("CardNumbers")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx..");

    @ArchTest
    static final ArchRule decisionsTakeTheTimeAsAnArgument = noClasses()
            .that()
            .resideInAnyPackage("dev.orderengine.money..", "dev.orderengine.rules..")
            .or()
            .haveSimpleNameEndingWith("Decider")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.time.Clock.class);

    @ArchTest
    static final ArchRule nothingKnowsTestsOrTheLauncher = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + ".dev..",
                    ROOT + ".support..",
                    "org.junit..",
                    "org.assertj..",
                    "org.testcontainers..",
                    "io.zonky..",
                    "org.elasticmq..",
                    "redis.embedded..");

    @ArchTest
    static final ArchRule verticlesAreCalledSo = classes()
            .that()
            .areAssignableTo(VerticleBase.class)
            .should()
            .haveSimpleNameEndingWith("Verticle")
            .andShould()
            .bePackagePrivate()
            .orShould()
            .haveModifier(FINAL);

    @ArchTest
    static final ArchRule whatIsCalledAVerticleIsOne =
            classes().that().haveSimpleNameEndingWith("Verticle").should().beAssignableTo(VerticleBase.class);

    @ArchTest
    static final ArchRule namesSayWhatAThingIs =
            noClasses().should().haveNameMatching(".*(Util|Utils|Manager|Helper|Impl|Abstract)(\\$.*)?");

    @ArchTest
    static final ArchRule nothingStaticIsReassigned =
            fields().that().haveModifier(STATIC).should().beFinal();

    @ArchTest
    static final ArchRule nothingStaticIsSharedState = fields().that()
            .haveModifier(STATIC)
            .should()
            .notHaveRawType(java.util.concurrent.ConcurrentHashMap.class)
            .andShould()
            .notHaveRawType(java.util.HashMap.class)
            .andShould()
            .notHaveRawType(java.util.ArrayList.class)
            .andShould()
            .notHaveRawType("java.util.concurrent.atomic.AtomicInteger")
            .andShould()
            .notHaveRawType("java.util.concurrent.atomic.AtomicLong")
            .andShould()
            .notHaveRawType("java.util.concurrent.atomic.AtomicReference")
            .andShould()
            .notHaveRawType("com.github.benmanes.caffeine.cache.Cache");

    @ArchTest
    static final ArchRule logsGoThroughSlf4j = noClasses()
            .that()
            .doNotHaveSimpleName("Logging")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.logging..");

    @ArchTest
    static final ArchRule onlyMainSpeaksToTheConsole = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + ".Main")
            .should(accessField(System.class, "out").or(accessField(System.class, "err")))
            .orShould()
            .callMethod(Throwable.class, "printStackTrace");

    @ArchTest
    static final ArchRule nobodySleepsOrBlocksOnAFuture = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, "dev.orderengine.database..")
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(io.vertx.core.Future.class, "await");

    @ArchTest
    static final ArchRule jsonObjectsStayAtTheEdges = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.orderengine.http..", "dev.orderengine.payment.stripe..", "dev.orderengine.telemetry..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx.core.json..");

    @ArchTest
    static final ArchRule messagesAreRecordsOrSealed = classes()
            .that()
            .implement(dev.orderengine.bus.BusMessage.class)
            .and()
            .areNotInterfaces()
            .should()
            .beRecords();
}
