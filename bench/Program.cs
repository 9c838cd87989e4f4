using Switchboard.Bench;

const string Usage = """
    Usage: dotnet run -c Release --project bench -- COMMAND
      turns  [--seconds N] [--renew N] [--database sqlite|postgres] [--turns N] [--json]
                                                  turns against a bare accept + finish, in one run, alternating; with --turns the server's memory at ten points of N turns instead
      intent --data DIR --against scikit-learn [--install] [--json]   the intent classifier against scikit-learn on the same messages
      search --data DIR [--chunks N] [--rounds N] [--seconds S] [--json]
                                                  the search against SQLite FTS5 on the same articles and questions; rounds end after S
      runs   [--seconds S] [--clients 1,32] [--database sqlite|postgres] [--against langgraph,dbos,bullmq,pg-boss] [--json]
                                                  runs of five durable steps against five bare commits on the same database, and against others; S for each side and number of clients
      hostile [--rounds N] [--only NAME] [--json] every finder and parser on 100 KB of adversarial text, worst milliseconds of each
      seed   [--customers N] [--years Y] [--calls N] [--json]   the demo generator against bare prepared inserts of the same rows, then the lists of the API on them
    """;

if (args is ["host", { } data, .. { Length: <= 1 } server])
{
    await BenchHost.RunAsync(data, server is [{ } database] ? database : null);
    return 0;
}

if (args is ["bare-inserts", { } from, { } to])
{
    await BareProcess.RunAsync(from, to);
    return 0;
}

if (args is ["runs-host", { } place, .. { Length: <= 1 } connection])
{
    await RunsHost.RunAsync(place, connection is [{ } named] ? named : null);
    return 0;
}

var options = new Arguments(args);
switch (options.Command)
{
    case "turns" when options.Text("--database") is null or "sqlite" or "postgres":
        return await TurnsBenchmark.RunAsync(options.Number("--seconds", 60), options.Number("--renew", 20), options.Text("--database") == "postgres", options.Number("--turns", 0), options.Has("--json"));
    case "search" when options.Text("--data") is { } folder:
        return SearchBenchmark.Run(folder, options.Number("--chunks", 0), options.Number("--rounds", 20), options.Number("--seconds", 60), options.Has("--json"));
    case "intent" when options.Text("--data") is { } sets && options.Text("--against") == "scikit-learn":
        return IntentBenchmark.Run(sets, options.Has("--install"), options.Has("--json"));
    case "runs" when options.Text("--database") is null or "sqlite" or "postgres" && options.Words("--against", "").All(RunsPeers.Names.Contains):
        return await RunsBenchmark.RunAsync(
            options.Number("--seconds", 10), [.. options.Words("--clients", "1,32").Select(n => int.Parse(n, Output.Culture))], options.Text("--database"), options.Words("--against", ""), options.Has("--json"));
    case "hostile":
        return HostileBenchmark.Run(options.Number("--rounds", 5), options.Text("--only"), options.Has("--json"));
    case "seed" when options.Text("--database") is null or "sqlite":
        return await SeedBenchmark.RunAsync(options.Number("--customers", 1000), options.Number("--years", 1), options.Number("--calls", 300), options.Has("--json"));
    default:
        await Console.Error.WriteLineAsync(Usage);
        return 2;
}
