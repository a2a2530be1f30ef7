package dev.orderengine.rules;

import static dev.cel.common.CelFunctionDecl.newFunctionDeclaration;
import static dev.cel.common.CelOverloadDecl.newGlobalOverload;
import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;
import static java.util.stream.Collectors.joining;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.OpaqueType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * CEL with the facts of an order, and with the type {@code usd}: {@code usd("10000.00")}, comparisons, {@code +} and
 * {@code *} by a whole number. Amounts are exact, and comparing one with a bare number is a type error.
 */
final class RuleLanguage {

    static final OpaqueType USD = OpaqueType.create("usd");

    private static final String LITERAL = "usd";
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,15}(\\.[0-9]{1,6})?");

    private final Cel cel = environment();

    /**
     * Checks and compiles a condition.
     *
     * @throws IllegalArgumentException with the reason, when it is not a well-typed condition
     */
    Condition compile(String source) {
        try {
            CelAbstractSyntaxTree tree = cel.compile(source).getAst();
            if (!tree.getResultType().equals(BOOL)) {
                throw new IllegalArgumentException("must be a condition, true or false, but is of type "
                        + tree.getResultType().name());
            }
            CelNavigableAst.fromAst(tree).getRoot().allNodes().forEach(RuleLanguage::checkAmount);
            return new Condition(source, cel.createProgram(tree));
        } catch (CelValidationException e) {
            throw new IllegalArgumentException(
                    e.getErrors().stream().map(RuleLanguage::describe).collect(joining("; ")), e);
        } catch (CelEvaluationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static String describe(CelIssue issue) {
        return issue.getMessage() + " (line " + issue.getSourceLocation().getLine() + ", column "
                + (issue.getSourceLocation().getColumn() + 1) + " of the expression)";
    }

    /** Amounts are checked when the file is loaded, not when an order meets them. */
    private static void checkAmount(CelNavigableExpr node) {
        if (node.getKind() == Kind.CALL && node.expr().call().function().equals(LITERAL)) {
            CelConstant literal = node.expr().call().args().get(0).constantOrDefault();
            if (literal.getKind() != CelConstant.Kind.STRING_VALUE
                    || !DECIMAL.matcher(literal.stringValue()).matches()) {
                throw new IllegalArgumentException(
                        "usd() takes a plain amount in quotes, with at most 6 fraction digits, such as usd(\"10000.00\")");
            }
        }
    }

    private static Cel environment() {
        CelBuilder builder = CelFactory.standardCelBuilder()
                .setOptions(CelOptions.current()
                        .evaluateCanonicalTypesToNativeValues(true)
                        .build())
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS);
        for (Fact fact : Fact.values()) {
            builder.addVar(fact.variable, fact.type);
        }
        builder.addFunctionDeclarations(
                newFunctionDeclaration(LITERAL, newGlobalOverload("usd_string", USD, STRING)),
                newFunctionDeclaration("_>_", newGlobalOverload("greater_usd", BOOL, USD, USD)),
                newFunctionDeclaration("_>=_", newGlobalOverload("greater_equals_usd", BOOL, USD, USD)),
                newFunctionDeclaration("_<_", newGlobalOverload("less_usd", BOOL, USD, USD)),
                newFunctionDeclaration("_<=_", newGlobalOverload("less_equals_usd", BOOL, USD, USD)),
                newFunctionDeclaration("_+_", newGlobalOverload("add_usd", USD, USD, USD)),
                newFunctionDeclaration("_*_", newGlobalOverload("multiply_usd_int", USD, USD, INT)));
        builder.addFunctionBindings(
                CelFunctionBinding.from("usd_string", String.class, text -> new Usd(new BigDecimal(text))),
                CelFunctionBinding.from("greater_usd", Usd.class, Usd.class, (a, b) -> a.compareTo(b) > 0),
                CelFunctionBinding.from("greater_equals_usd", Usd.class, Usd.class, (a, b) -> a.compareTo(b) >= 0),
                CelFunctionBinding.from("less_usd", Usd.class, Usd.class, (a, b) -> a.compareTo(b) < 0),
                CelFunctionBinding.from("less_equals_usd", Usd.class, Usd.class, (a, b) -> a.compareTo(b) <= 0),
                CelFunctionBinding.from("add_usd", Usd.class, Usd.class, Usd::plus),
                CelFunctionBinding.from("multiply_usd_int", Usd.class, Long.class, Usd::times));
        return builder.build();
    }
}
