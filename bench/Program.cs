using Switchboard.Bench;

const string Usage = """
    Usage: dotnet run -c Release --project bench -- COMMAND
      turns  [--seconds N] [--renew N] [--json]   turns against a bare accept + finish, in one run, alternating
      search --data DIR [--chunks N] [--rounds N] [--json]
                                                  the search against SQLite FTS5 on the same articles and questions
    """;

if (args is ["host", { } data])
{
    await BenchHost.RunAsync(data);
    return 0;
}

var options = new Arguments(args);
switch (options.Command)
{
    case "turns":
        return await TurnsBenchmark.RunAsync(options.Number("--seconds", 60), options.Number("--renew", 0), options.Has("--json"));
    case "search" when options.Text("--data") is { } folder:
        return SearchBenchmark.Run(folder, options.Number("--chunks", 0), options.Number("--rounds", 20), options.Has("--json"));
    default:
        await Console.Error.WriteLineAsync(Usage);
        return 2;
}
