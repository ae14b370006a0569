-- Reviews of 14 kB for wrk: `bench/admission_load` writes the body to $REVIEW.
local file = assert(io.open(os.getenv("REVIEW"), "rb"))
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = file:read("*a")
file:close()

local refused = 0
function response(status, _, body)
  if status ~= 200 or not body:find('"allowed":true', 1, true) then refused = refused + 1 end
end

function done(summary, latency, _)
  local seconds = summary.duration / 1e6
  io.write(string.format("%.0f reviews/s  p50 %.2f ms  p99 %.2f ms  p99.9 %.2f ms  errors %d\n",
    summary.requests / seconds, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    latency:percentile(99.9) / 1000,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status +
    summary.errors.timeout))
end
