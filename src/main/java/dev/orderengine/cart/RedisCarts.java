package dev.orderengine.cart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.redis.RedisCalls;
import dev.orderengine.redis.RedisCalls.Kind;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Carts in Redis, a hash each. Every change is one script, and so atomic; the time is the one of Redis. A script is sent whole each
 * time: Redis compiles it once, and there is nothing to load again after it was restarted.
 */
final class RedisCarts {

    private static final int MOST_LINES = 100;
    private static final int SCANNED_AT_ONCE = 500;
    /** How long a checkout is left alone: far longer than an order is waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final List<String> FIELDS = List.of(
            "incarnation", "version", "customer_id", "created_by", "currency", "items", "expires_at", "checkout");

    private static final String PRELUDE = """
            local key = KEYS[1]
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local function whole(number) return string.format('%.0f', number) end
            local function read()
              return redis.call('HMGET', key, <fields>)
            end
            local incarnation, version, customer, creator, _, items, _, checkout = unpack(read())
            """.replace("<fields>", "'" + String.join("', '", FIELDS) + "'");

    /**
     * ARGV: the caller, whether it sees all, the versions for and against, the cart's lifetime and the patience with a checkout in
     * ms, the change, and what the change needs. A version is the time of the change in ms since 2025, or one more than the
     * one before: it grows over all incarnations, and stays shorter than a card number.
     */
    private static final String CHANGE = PRELUDE + """
            local caller, sees_all, only_if, not_if, lifetime, patience, change = unpack(ARGV)
            local function named(versions)
              return incarnation and (versions == '*' or string.find(',' .. versions .. ',', ',' .. version .. ',', 1, true))
            end
            if incarnation and sees_all == '0' and (customer or creator) ~= caller then return {'absent'} end
            if not incarnation and change ~= 'put' then return {'absent'} end
            if checkout then
              return {now - checkout < tonumber(patience) and 'checking_out' or 'abandoned', read()}
            end
            if only_if ~= '' and not named(only_if) then return {'stale'} end
            if not_if ~= '' and named(not_if) then return {'stale'} end

            if change == 'delete' then
              local was = read()
              redis.call('DEL', key)
              return {'changed', was}
            elseif change == 'put' then
              local new_incarnation, new_customer, currency, new_items = unpack(ARGV, 8)
              redis.call('DEL', key)
              redis.call('HSET', key, 'incarnation', new_incarnation, 'created_by', creator or caller, 'currency', currency, 'items', new_items)
              if new_customer ~= '' then redis.call('HSET', key, 'customer_id', new_customer) end
            else
              local product, quantity, product_version, most = unpack(ARGV, 8)
              local lines = cjson.decode(items)
              local at = #lines + 1
              for i, line in ipairs(lines) do
                if line.product_id == product then at = i end
              end
              if change == 'set' then
                if at > tonumber(most) then return {'full'} end
                lines[at] = {product_id = product, quantity = tonumber(quantity), product_version = tonumber(product_version)}
              else
                if at > #lines then return {'absent'} end
                table.remove(lines, at)
              end
              redis.call('HSET', key, 'items', #lines == 0 and '[]' or cjson.encode(lines))
            end
            local expires = now + tonumber(lifetime)
            local next = math.max(now - 1735689600000, tonumber(version or 0) + 1)
            redis.call('HSET', key, 'version', whole(next), 'expires_at', whole(expires))
            redis.call('PEXPIREAT', key, whole(expires))
            return {incarnation and 'changed' or 'created', read()}
            """;

    /** ARGV: the incarnation and the version that are ordered, and the patience with another checkout in ms. */
    private static final String BEGIN_CHECKOUT = PRELUDE + """
            if incarnation ~= ARGV[1] or version ~= ARGV[2] then return {'stale'} end
            if checkout and now - checkout < tonumber(ARGV[3]) then return {'checking_out', read()} end
            redis.call('HSET', key, 'checkout', whole(now))
            return {'changed', read()}
            """;

    /** ARGV: the incarnation and the mark of its checkout. */
    private static final String END_CHECKOUT = PRELUDE + """
            if incarnation == ARGV[1] and checkout == ARGV[2] then redis.call('HDEL', key, 'checkout') end
            """;

    /** ARGV: the incarnation. */
    private static final String REMOVE = PRELUDE + """
            if incarnation == ARGV[1] then redis.call('DEL', key) end
            """;

    private final RedisCalls redis;
    private final Duration lifetime;
    private final ObjectMapper json;
    private final Supplier<UUID> ids;

    /**
     * @param lifetime of a cart after its last change
     * @param ids of incarnations, not to be guessed
     */
    RedisCarts(RedisCalls redis, Duration lifetime, ObjectMapper json, Supplier<UUID> ids) {
        this.redis = redis;
        this.lifetime = lifetime;
        this.json = json;
        this.ids = ids;
    }

    Future<Optional<Cart>> find(String cartId) {
        Request read = Request.cmd(Command.HMGET).arg(key(cartId));
        FIELDS.forEach(read::arg);
        return redis.call(Kind.READ, read)
                .map(fields -> fields.get(0) == null ? Optional.empty() : Optional.of(cart(cartId, fields)));
    }

    /** Looks at every cart there is, some hundred a call. */
    Future<List<Cart>> ownedBy(String subject) {
        return ownedBy(subject, "0", new ArrayList<>());
    }

    private Future<List<Cart>> ownedBy(String subject, String cursor, List<Cart> found) {
        Request scan = Request.cmd(Command.SCAN)
                .arg(cursor)
                .arg("MATCH")
                .arg(key("*"))
                .arg("COUNT")
                .arg(SCANNED_AT_ONCE);
        return redis.call(Kind.READ, scan).compose(page -> {
            List<Future<Optional<Cart>>> carts = page.get(1).stream()
                    .map(key -> find(key.toString().substring(key("").length())))
                    .toList();
            return Future.all(carts).compose(all -> {
                carts.stream()
                        .flatMap(cart -> cart.result().stream())
                        .filter(cart -> cart.owner().equals(subject))
                        .filter(cart -> !found.contains(cart))
                        .forEach(found::add);
                String next = page.get(0).toString();
                return next.equals("0") ? Future.succeededFuture(found) : ownedBy(subject, next, found);
            });
        });
    }

    Future<CartOutcome> change(CartCall call, CartChange change) {
        Request script = script(CHANGE, call.cartId())
                .arg(call.caller())
                .arg(call.seesAll() ? "1" : "0")
                .arg(versions(call.onlyIf()))
                .arg(versions(call.notIf()))
                .arg(lifetime.toMillis())
                .arg(PATIENCE.toMillis());
        return redis.call(Kind.WRITE, with(script, change)).map(reply -> outcome(call.cartId(), reply));
    }

    /** Marks the cart, so that nothing changes it until its order is placed or refused; the mark is in the outcome. */
    Future<CartOutcome> beginCheckout(Cart cart) {
        Request script = script(BEGIN_CHECKOUT, cart.id())
                .arg(cart.incarnation())
                .arg(cart.version())
                .arg(PATIENCE.toMillis());
        return redis.call(Kind.WRITE, script).map(reply -> outcome(cart.id(), reply));
    }

    /** Takes the cart's mark off, unless it has another by now. */
    Future<Void> endCheckout(Cart cart) {
        return redis.call(
                        Kind.WRITE,
                        script(END_CHECKOUT, cart.id()).arg(cart.incarnation()).arg(cart.checkout()))
                .mapEmpty();
    }

    /** Removes this incarnation of the cart. */
    Future<Void> remove(Cart cart) {
        return redis.call(Kind.WRITE, script(REMOVE, cart.id()).arg(cart.incarnation()))
                .mapEmpty();
    }

    private Request with(Request script, CartChange change) {
        if (change instanceof CartChange.Put put) {
            return script.arg("put")
                    .arg(ids.get().toString())
                    .arg(put.customerId() == null ? "" : put.customerId())
                    .arg(put.currency().getCurrencyCode())
                    .arg(write(put.items()));
        }
        if (change instanceof CartChange.SetLine set) {
            return script.arg("set")
                    .arg(set.line().productId())
                    .arg(set.line().quantity())
                    .arg(set.line().productVersion())
                    .arg(MOST_LINES);
        }
        if (change instanceof CartChange.RemoveLine line) {
            return script.arg("remove").arg(line.productId());
        }
        return script.arg("delete");
    }

    private CartOutcome outcome(String cartId, Response reply) {
        return switch (reply.get(0).toString()) {
            case "created" -> new CartOutcome.Done(cart(cartId, reply.get(1)), true);
            case "changed" -> new CartOutcome.Done(cart(cartId, reply.get(1)), false);
            case "absent" -> new CartOutcome.Absent();
            case "stale" -> new CartOutcome.Stale();
            case "full" -> new CartOutcome.Full();
            case "checking_out" -> new CartOutcome.CheckingOut(cart(cartId, reply.get(1)), false);
            case "abandoned" -> new CartOutcome.CheckingOut(cart(cartId, reply.get(1)), true);
            default -> throw new IllegalStateException("the script said " + reply.get(0));
        };
    }

    private Cart cart(String cartId, Response fields) {
        return new Cart(
                cartId,
                fields.get(0).toString(),
                fields.get(1).toLong(),
                text(fields.get(2)),
                fields.get(3).toString(),
                Currency.getInstance(fields.get(4).toString()),
                lines(fields.get(5).toString()),
                Instant.ofEpochMilli(fields.get(6).toLong()),
                text(fields.get(7)));
    }

    private static String text(Response field) {
        return field == null ? null : field.toString();
    }

    private List<CartLine> lines(String items) {
        try {
            return List.of(json.readValue(items, CartLine[].class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a cart whose lines cannot be read", e);
        }
    }

    private String write(List<CartLine> items) {
        try {
            return json.writeValueAsString(items);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("lines that are not JSON", e);
        }
    }

    private static Request script(String text, String cartId) {
        return Request.cmd(Command.EVAL).arg(text).arg(1).arg(key(cartId));
    }

    private static String versions(List<String> versions) {
        return String.join(",", versions);
    }

    private static String key(String cartId) {
        return "cart:" + cartId;
    }
}
