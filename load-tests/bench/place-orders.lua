-- wrk script: places orders of 1 to 3 lines with mixed payment methods, each with an idempotency key of its own.
-- Environment: TOKEN, BENCH_PRODUCTS, BENCH_NONCE (makes keys unique over runs), and where wanted BENCH_HOT (percentage of
-- orders that have the product bench-100001), BENCH_BATCH (orders in one call), BENCH_RATE with BENCH_THREADS (orders per second, paced), BENCH_STATUSES
-- (counts answers by status, which costs wrk time).
local ffi = require("ffi")

local products = tonumber(os.getenv("BENCH_PRODUCTS"))
local hot = tonumber(os.getenv("BENCH_HOT") or "0")
local rate = tonumber(os.getenv("BENCH_RATE") or "0") / tonumber(os.getenv("BENCH_THREADS") or "1")
local batch = tonumber(os.getenv("BENCH_BATCH") or "0")
local nonce = os.getenv("BENCH_NONCE")
local headers = {
  ["Authorization"] = "Bearer " .. os.getenv("TOKEN"),
  ["Content-Type"] = "application/json",
}
local methods = {
  { upto = 70, json = '"credit_card","payment_token":"tok_visa"' },
  { upto = 85, json = '"stripe","payment_token":"tok_visa"' },
  { upto = 95, json = '"paypal","payment_token":"tok_visa"' },
  { upto = 100, json = '"bank_transfer"' },
}
local random, floor, format = math.random, math.floor, string.format
local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

function init()
  math.randomseed(tonumber(nonce:sub(-9)) + number * 7919)
  counter = 0
  statuses = {}
end

local function method()
  local dice = random(100)
  for _, m in ipairs(methods) do
    if dice <= m.upto then
      return m.json
    end
  end
end

-- Distinct products in ascending order: each line draws from a part of the catalogue of its own.
local function items()
  local lines, parts = random(3), {}
  for i = 1, lines do
    local product = random(floor(1 + (i - 1) * products / lines), floor(i * products / lines))
    if i == 1 and hot > 0 and random(100) <= hot then
      product = 1
    end
    parts[i] = format('{"product_id":"bench-%d","quantity":%d}', 100000 + product, random(2))
  end
  return table.concat(parts, ",")
end

-- Random at the front, like the UUIDs that clients send: their places in the index are random too.
local function key()
  counter = counter + 1
  return format("%08x-%s-%d-%d", random(0, 2 ^ 31 - 1), nonce, number, counter)
end

local function order(first_field)
  return format(
    '{%s"customer_id":"load-%d","items":[%s],"currency":"USD","shipping_address":"1 Main St, Springfield","payment_method":%s}',
    first_field, random(100000), items(), method())
end

function request()
  if batch > 0 then
    local orders = {}
    for i = 1, batch do
      orders[i] = order(format('"idempotency_key":"%s",', key()))
    end
    return wrk.format("POST", "/api/v1/orders/batch", headers, "[" .. table.concat(orders, ",") .. "]")
  end
  headers["Idempotency-Key"] = key()
  return wrk.format("POST", "/api/v1/orders", headers, order(""))
end

if rate > 0 then
  ffi.cdef([[ typedef struct { long tv_sec; long tv_nsec; } bench_time; int clock_gettime(int, bench_time *); ]])
  local time = ffi.new("bench_time")
  local due
  -- Milliseconds until the next slot of a schedule that all connections share; a slot that was missed is sent at once.
  function delay()
    ffi.C.clock_gettime(1, time)
    local now = tonumber(time.tv_sec) * 1e3 + tonumber(time.tv_nsec) / 1e6
    due = (due or now) + 1e3 / rate
    return math.max(0, floor(due - now))
  end
end

if os.getenv("BENCH_STATUSES") then
  function response(status)
    statuses[status] = (statuses[status] or 0) + 1
  end
end

function done(summary, latency)
  local failures = summary.errors
  local counted = {}
  for _, thread in ipairs(threads) do
    for status, count in pairs(thread:get("statuses")) do
      counted[status] = (counted[status] or 0) + count
    end
  end
  local by_status = {}
  for status, count in pairs(counted) do
    table.insert(by_status, format('"%s":%d', status, count))
  end
  io.write(format(
    '\nRESULT {"answers":%d,"seconds":%.3f,"not_created":%d,"connect_errors":%d,"read_errors":%d,"write_errors":%d,"timeouts":%d,'
      .. '"p50_ms":%.2f,"p95_ms":%.2f,"p99_ms":%.2f,"max_ms":%.2f,"by_status":{%s}}\n',
    summary.requests, summary.duration / 1e6, failures.status, failures.connect, failures.read, failures.write, failures.timeout,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
    table.concat(by_status, ",")))
end
