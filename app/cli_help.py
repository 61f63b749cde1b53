"""What the command line says of itself. What the public contract leaves open is decided here, and kept."""

TOP = """\
One prompt, several models, side by side.

Without a command, the window opens."""

RUN = """\
lanes
  vendor/model                  practice/swift, openrouter/anthropic/claude-x:free (split at the first /)
  dialect:model@base_url        openai_chat:my-model@http://127.0.0.1:8000/v1; dialects are openai_chat,
                                openai_responses, anthropic, gemini and ollama; the base URL is taken as it is,
                                save one final / and a # at its end
  The same lane may be given twice: lane_index tells them apart.

runs
  --repeat makes rounds. All lanes of a round are sent in the same moment, and a round begins when the one
  before is over; run numbers count through the rounds. Every run that was asked for ends as one result,
  also one that was stopped before it began.
  --warmup N makes N rounds before those: they are results like others (the first N of each lane's repeats), cost as
  much, and count in no statistics. --order random draws the order of the lanes in each round, from --seed.
  --concurrency 1 makes one run after the other; N keeps up to N runs of each vendor going, without rounds, halves
  that number as soon as one says 429 or 529 and adds one for each clean window. Of a session it is 1 at most, since
  its turns follow each other.
  --stats tells at the end, for each lane, n, median and p95 of TTFT, total, tokens per second, output tokens and
  cost with 95 % intervals, how alike the answers are, and how the best lane compares with each other one: in pairs
  where there are rounds. With --json it is one more line, the last, and the only one with "stats". An interval of a
  median needs 6 runs, of a p95 72, of a comparison 4 each or 6 rounds; below that it is null. Only runs that are done
  count; of a conversation, its last turn.

sessions
  `abreast run SESSION` runs a session's file anew: the conversation of each lane, turn by turn, with the lanes'
  own parameters; a lane that has no answer gets the draft. --set gives a variable another value. The file stays as it
  is; --save writes the session with its new runs, to the same file only if nobody else has changed it meanwhile.
  The new runs are in the history, too. A session whose lanes tell a gateway where to send requests on to (a header or
  field such as x-portkey-custom-host or api_base) is refused until --onward allows it, or the window has sent it once.

prompt and parameters
  Standard input is read as bytes: UTF-8, one final newline (LF) dropped. An empty prompt, invalid UTF-8 and
  lone surrogates are refused. Write --prompt=TEXT for a text that begins with a dash.
  A parameter's VALUE is JSON if it parses, else a string; NaN and Infinity are not JSON. A name that is
  given again overrides. Known names mean the same in every dialect: temperature, top_p, top_k, min_p,
  max_tokens, stop, seed, presence_penalty, frequency_penalty, repetition_penalty, logit_bias, logprobs,
  top_logprobs, parallel_tool_calls, reasoning_effort, thinking_budget. Any other goes into the request body
  as given, save extra_headers, an object of headers that are sent along; keys are none of them.

failures
  What may pass (429, 408, 409, 500, 502, 503, 504, 529, no connection, a stream that broke before any content) is
  tried again after a pause of random length, twice at most, or as long as the server asks for if that is no more than
  a minute; never once content has come, and never for want of credit. Each try is one of the run's attempts, with a
  notice; --retries 0 makes one request per run. A server that keeps failing is tried again less and less.
  --timeout and --idle-timeout count useful events only, not keep-alives. Servers on this machine have no limits
  unless they are given; others have 600 seconds for either.

budgets
  Those that are set (`abreast budgets`) hold for runs as well. A run for which too little is left fails with an error
  of kind quota, and nothing is sent; one that comes to a limit is stopped, its text so far is kept, and the error says
  which budget it was. provider_code is budget for both. A share that is reached is a notice of kind limit.

attachments, tools, form of the answer
  --attach takes PNG, JPEG, WebP and GIF pictures, PDFs and text; what a file is, its first bytes tell. An http(s)
  address is not loaded here: the vendor is asked to, and one that loads none fails before anything is sent.
  --tools is a JSON list as OpenAI, Anthropic or Gemini document it, or bare {"name", "description", "parameters"}.
  A call is a result (tool_calls); nothing is carried out.
  --schema is a JSON schema, bare or as {"name", "schema", "strict"}. What a vendor lacks is a notice.

keys
  A vendor lane takes the vendor's key from the system's keyring (`abreast keys`), else from its usual environment
  variable. Connections that were made in the window are vendors, too. A URL lane gets a vendor's key only at that
  vendor's own origin; else only the one in the variable that --key-env names. With URL lanes of several
  origins, or an http:// origin that is not this machine, write --key-env ORIGIN=NAME; one that names a
  vendor's origin goes before the vendor's usual variable. An ORIGIN that no lane goes to is refused.
  A vendor lane without a key is a failed run of kind authentication, for which nothing is sent.

output
  Results go to standard output, as UTF-8; everything else goes to standard error. Without --json, one lane's
  answer is printed as it comes, several lanes' answers when each is whole, under headings; reasoning is left
  out, and a terminal is sent no control characters. --events implies --json. If nobody reads standard output
  any more, the runs are stopped.

figures
  timings_ms are moments in milliseconds since the first request of the run was handed to the transport, not
  durations; in attempts, since that attempt's own. dns, connect and tls are null on a connection that was
  kept, and dns where the address is a number. headers is the arrival of the response's head, ttfb that of
  the first byte of its body.
  chunks are deltas with text: of the answer, of reasoning and of refusals; icl_ms is the time between them.
  tool calls count for ttft and last, not for chunks. itl_ms and tokens_per_s divide by the tokens after the
  first, as the provider counted them, and are null where reasoning was counted but not shown.
  usage is the sum over the attempts; a count that nobody reported is null. cost is null when unknown; the
  practice models' is play money from their own list. What the provider itself says of the cost goes first; then
  come own_prices in the settings file, for exactly that model or server, then genai-prices, then the vendor's own
  list of models as it was last read. own_prices is an object: under a lane, a vendor/model or an origin stands
  {"input", "output", and if wanted "cached", "cache_write", "reasoning", "request", "currency", "as_of"}, per
  million tokens.
  loop_lag_ms_max well above a millisecond or two says that this machine spoiled the other figures.
  error is set with every outcome but done; its kind for stopped is cancelled.

faults
  --fault SPEC makes requests go wrong on purpose, to see what a lane or a route makes of it: 429:retry_after=2, 500,
  529, slow_first:s=5, stall:after=8, cut:after=8, junk, dns, tls, and the rest of `abreast practice --help`. The
  practice models' server plays them itself; in front of any other endpoint they are played in this process, after
  counts the events of its stream, and keys take no other way. times=1 strikes a model's first request of each run.
  --fault-at strikes one model of a route alone. Notices of the kind fault tell of it in every result.

exit codes
  0 every run is done   1 some run is not, or results could not be written   2 usage, nothing sent
  130 interrupted: the results so far are printed, the rest as stopped; a second signal ends at once"""

MODELS = """\
Each line begins with vendor/model, as --lane takes it; then come, between tabs, its name, its context, its price
for a million tokens in and out, and what it can do, as far as the vendor's list tells. With --json a line holds
lane, vendor, model, name, context, max_output, prices and capabilities; null is what is not told.

Without VENDOR, the practice models are listed, those of every vendor whose key is in the environment, and those of
servers on this machine. All are asked at once: a service has five seconds to answer, a server on this machine two,
and trouble with one goes to standard error and leaves the others alone. A server on this machine that does not
answer is passed over, unless it is named or has a key. What services said is kept for an hour, and is listed for
longer, with a word on its age, if they do not answer. The exit code is 1 if some vendor's list could not be had."""

KEYS = """\
Keys are kept by the system's keyring (Secret Service, KWallet, the keychain of macOS, the credential store of Windows)
and in no file. A keyring that does not guard what it holds is not used; one that does not answer is given up after
five seconds. The secret is never a word of the command:

  abreast keys set openai                      asks for the key and does not show it
  pass show openai | abreast keys set openai   takes the first line of standard input
  abreast keys set openai --name work          another key of the same vendor
  abreast keys list                            with the last four signs of each, and those in the environment
  abreast keys test openai                     asks for the list of models, and says what came back
  abreast keys delete openai --name work

A lane takes the key that is chosen in the window, else the one named default, else the first one. Two protocols at one
address, as openai and openai-responses, share a key. The user's own connections, which the window makes, are vendors as
well; their keys belong to the address for which they were stored, and go to no other when that is changed.

The exit code is 0 when it is done, 1 when the keyring or the vendor said no, 2 for a usage error."""

PRACTICE = """\
Prints one JSON line with the base URL for each dialect and the models' names, then serves on 127.0.0.1 until its
standard input closes or it is interrupted.

  abreast run --prompt 'Why do ships float?' --lane practice/swift

needs no such server: it starts one of its own."""

DIFF = """\
A and B are files of sessions, and what each lane shows in both is compared; or each names one run: FILE#RUN, by its
number in the file, from 1 (-1 is the last), or by the beginning of its id. A growth of --max-ttft 20 is one of 20
percent. SHARE is how much of the words is the same, in the same order, from 0 to 1.

exit codes: 0 within all limits; 1 past one, or a second run that is not done; 2 usage."""

WATCH = """\
SESSION is run anew, and each new answer is compared with those that BASELINE has to the same question: the same
prompts, attachments, model and parameters. Of BASELINE the runs count that were made its baselines in the window; if
there are none, all of them. It may be the same file.

A growth of --max-ttft 20 is one of 20 percent, of the typical run. Drift past a bound that chance could explain is
none: where there are runs enough for a 95 % interval (4 on either side), it has to leave out "no difference". With
fewer, the figure itself counts; --repeat 10 is a good number. SHARE is how alike an answer is to the nearest one of
the baseline, by edit distance, from 0 to 1.
Answers have to fit the JSON schema of --schema, else the one that the baseline holds, else the one that the request
itself asks for (response_format, or format): one that does not is drift, unless --min-valid lets it pass. Without any,
an answer that is no JSON where the baseline's were is drift; so is a model of another name that serves. A new
system_fingerprint is told, and is none.

exit codes: 0 within all bounds; 1 past one, or a run that is not done; 2 usage, nothing sent; 130 interrupted."""

EXPORT = """\
md and html hold what the lanes show: their conversations, with figures, costs and what you thought of them; every run,
if no lane shows any. csv and jsonl have a line for every run of the session; json is the session's own format."""

HISTORY = """\
TEXT is words and "phrases in quotes", which must all be there, and filters:
  vendor:openai  model:gpt  session:name  outcome:failed  after:2026-11  before:2026-11-24  cost>0.01  rating>=4
cost and rating take > >= < <=, which mean what they say; rating:4 is just that. All others take a colon. A shell wants
> and < in quotes: 'rating<3'. The newest come first.
Exit codes: 0 something was found or deleted; 1 nothing was; 2 usage."""

BUDGETS = """\
  abreast budgets set user '5 USD' day                    everything that is run here, by whatever window or command
  abreast budgets set vendor:openai '20 USD' month        one vendor; vendor alone gives each of them so much
  abreast budgets set model:openai/gpt-5 '200k tokens' day --then block
  abreast budgets set endpoint:http://gpu-box:8000 '100 requests' hour --then warn
  abreast budgets                                         how they stand; list --json prints a JSON line for each
  abreast budgets remove vendor:openai USD month

Hours, days and months are those of this machine's local time. All windows and commands of this machine share what is
left; it is held before a request is sent, slice by slice while an answer comes, and settled with what the provider has
counted. At the limit, warn only tells; block sends nothing more, but lets end what streams; stop closes streams as
well: such a run ends as stopped, with what has come. What is spent counts from when there is a budget for it.
Reasoning that a provider counts and does not show, and pictures and documents that are attached, are known only when it
has counted them, and may go past a limit.

Exit codes: 0 it is done; 1 there is no such budget, or the files cannot be used; 2 usage."""

LEDGER = """\
Every attempt of every run is a row of the ledger, with what it cost, where that figure comes from, how many tokens it
took and how long; retries, lost races and what was stopped have rows of their own, and text is in none. It is a file
on this machine, or a PostgreSQL database: ABREAST_LEDGER, or "ledger" in the settings, such as
postgresql://user@host/name.

  abreast ledger --by vendor --since 2026-11         what November has cost
  abreast ledger --by day --by model --since 7d --csv
  abreast ledger reprice --with openai/gpt-4.1-mini --since 2026-11
                                                     what the same tokens would have cost there
  abreast ledger reprice --with genai-prices         by the list prices as they are installed now
  abreast ledger reprice --with prices.json          by own prices, written as own_prices in the settings are
  abreast ledger reconcile --since 2026-11           what providers say something cost, beside what lists make of it

The practice models' money is play money: they are left out of all three, unless --practice is given.

Sums are exact. What is unknown is counted beside them and is no part of them; currencies are not added. Days are
UTC's. Exit codes: 0 something was found; 1 nothing was, or the ledger cannot be used; 2 usage."""

SERVE = """\
A route is served as an endpoint of OpenAI's Chat Completions and of Anthropic's Messages, so that any client,
editor or SDK can use it. The line on standard output holds the base URLs. The model's name that a client sends
picks one of several routes; one alone is given to everybody. What it sends as "metadata" are variables by which a
route may choose. Keys stay here: whatever a client sends as its key is not passed on.

What a client was sent cannot be taken back, so the answer of a route that may set it aside (escalation, a fallback that
restarts) is sent when it stands. It ends with an interrupt, or with its standard input. Only programs of this machine
can ask, unless --host says otherwise; then --token-env is needed. Connections are not encrypted.
"""
