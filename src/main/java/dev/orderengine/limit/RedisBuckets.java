package dev.orderengine.limit;

import dev.orderengine.redis.RedisCalls;
import dev.orderengine.redis.RedisCalls.Kind;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;

/** Token buckets in Redis, a hash each, which is forgotten once it would be full. One script a lease; the time is the one of Redis. */
final class RedisBuckets implements SharedBuckets {

    /** ARGV: requests a second, the burst, how many are wanted, how many come back. A bucket that is nearly empty is shared out one by one. */
    private static final String LEASE = """
            local rate, burst, wanted, back = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local tokens, at = unpack(redis.call('HMGET', KEYS[1], 'tokens', 'at'))
            if tokens then
              local passed = math.max(0, now - tonumber(at))
              tokens = math.min(burst, tonumber(tokens) + back + passed * rate / 1000)
            else
              tokens = burst
            end
            local granted = math.min(wanted, math.max(1, math.floor(tokens / 4)), math.floor(tokens))
            tokens = tokens - granted
            redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.0f', now))
            redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) / rate * 1000) + 1000)
            return {granted, math.floor(tokens), math.ceil(math.max(0, 1 - tokens) / rate * 1000)}
            """;

    private final RedisCalls redis;

    RedisBuckets(RedisCalls redis) {
        this.redis = redis;
    }

    @Override
    public Future<Lease> lease(String bucket, Limit limit, int wanted, int givenBack) {
        Request script = Request.cmd(Command.EVAL)
                .arg(LEASE)
                .arg(1)
                .arg("rate:" + bucket)
                .arg(Double.toString(limit.perSecond()))
                .arg(limit.burst())
                .arg(wanted)
                .arg(givenBack);
        return redis.call(Kind.LIMIT, script)
                .map(answer -> new Lease(
                        answer.get(0).toInteger(),
                        answer.get(1).toInteger(),
                        answer.get(2).toLong()));
    }
}
