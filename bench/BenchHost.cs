using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core;
using Switchboard.Core.Runs;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Conversations;
using Switchboard.Server.Hosting;
using Switchboard.Storage;
using Switchboard.Storage.Postgres;
using Switchboard.Storage.Sqlite;

namespace Switchboard.Bench;

/// <summary>The server under measurement, in a process of its own: the real one, and beside it a path that writes the same rows without thinking.</summary>
internal static class BenchHost
{
    /// <summary>Serves until its input ends.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="connection">The PostgreSQL database; null for the file in the folder.</param>
    public static async Task RunAsync(string data, string? connection)
    {
        var options = new ServerOptions(data) { Urls = "http://127.0.0.1:0" };
        if (connection is not null) options = options with { Database = new(DatabaseProvider.Postgres, connection) };
        await using SwitchboardServer server = await SwitchboardServer.StartAsync(options, services =>
        {
            services.AddSingleton<SqliteRunStore>();
            services.AddSingleton<PostgresRunStore>();
            services.AddSingleton(s => new ObservedRunStore(connection is null ? s.GetRequiredService<SqliteRunStore>() : s.GetRequiredService<PostgresRunStore>()));
            services.AddSingleton<IRunStore>(s => s.GetRequiredService<ObservedRunStore>());
            services.AddSingleton<BarePath>();
            services.AddSingleton<IStartupFilter, BareRoute>();
        }, CancellationToken.None);
        Console.WriteLine(server.Address);
        await Console.In.ReadToEndAsync();
    }

    private sealed class BareRoute(BarePath bare) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Map("/bench/bare", branch => branch.Run(bare.HandleAsync));
            app.Map("/bench/memory", branch => branch.Run(http => http.Response.WriteAsJsonAsync(ServerMemory.Now(), Json.Options, http.RequestAborted)));
            next(app);
        };
    }
}

/// <summary>What the server's process holds.</summary>
/// <param name="WorkingSetMb">Of the whole process, as the system counts it.</param>
/// <param name="HeapMb">Objects that are still reachable after a full collection.</param>
internal sealed record ServerMemory(double WorkingSetMb, double HeapMb)
{
    private const double mb = 1 << 20;

    /// <summary>Measures it. The working set is looked at first: a full collection gives memory back.</summary>
    public static ServerMemory Now()
    {
        long held = Environment.WorkingSet;
        return new ServerMemory(held / mb, GC.GetTotalMemory(forceFullCollection: true) / mb);
    }
}

/// <summary>Keeps what real turns ended with, so that the bare path writes rows of the same number and size.</summary>
internal sealed class ObservedRunStore(IRunStore store) : IRunStore
{
    private const int most = 64;
    private int kept;

    public ConcurrentBag<FinishTurn> Finished { get; } = [];

    /// <summary>The store itself.</summary>
    public IRunStore Store => store;

    public Task<Conversation?> ChangeAsync(ConversationChange change, CancellationToken cancellationToken) => store.ChangeAsync(change, cancellationToken);

    public Task<FinishResult> FinishAsync(FinishTurn turn, CancellationToken cancellationToken)
    {
        if (kept < most && turn is { Reply: not null, Handoff: null, Dialogues: [] } && Interlocked.Increment(ref kept) <= most) Finished.Add(turn);
        return store.FinishAsync(turn, cancellationToken);
    }

    public Task<AcceptResult> AcceptAsync(AcceptTurn turn, CancellationToken cancellationToken) => store.AcceptAsync(turn, cancellationToken);

    public Task<HumanPosted> PostHumanAsync(HumanMessage message, CancellationToken cancellationToken) => store.PostHumanAsync(message, cancellationToken);

    public Task<TurnState?> LoadAsync(RunRef run, CancellationToken cancellationToken) => store.LoadAsync(run, cancellationToken);

    public Task<IReadOnlyList<RunRef>> UnfinishedAsync(CancellationToken cancellationToken) => store.UnfinishedAsync(cancellationToken);

    public Task<int> CountAttemptAsync(RunRef run, CancellationToken cancellationToken) => store.CountAttemptAsync(run, cancellationToken);

    public Task<IReadOnlyList<RunEvent>> EventsAsync(Guid tenantId, string subject, long after, int limit, CancellationToken cancellationToken) => store.EventsAsync(tenantId, subject, after, limit, cancellationToken);
}

/// <summary>Accepts and finishes through the same writer and statements as a turn, and thinks nothing in between: what a turn cannot be cheaper than.</summary>
internal sealed class BarePath(ObservedRunStore observed, Tenants tenants, TimeProvider time)
{
    private readonly IRunStore store = observed.Store;
    private readonly ConcurrentDictionary<Guid, Conversation> conversations = new();
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<ReplyMessage>> waiting = new();
    private FinishTurn[] templates = [];
    private int next;

    public async Task HandleAsync(HttpContext http)
    {
        Request request = (await JsonSerializer.DeserializeAsync<Request>(http.Request.Body, Json.Options))!;
        if (templates.Length == 0) templates = [.. observed.Finished];
        Tenant tenant = (await tenants.FindAsync("demo", http.RequestAborted))!;
        DateTimeOffset now = time.GetUtcNow();
        Conversation conversation = request.ConversationId is { } known ? conversations[known] : New(tenant.Id, now);
        conversations[conversation.Id] = conversation;
        var turn = new AcceptTurn
        {
            Actor = new SystemActor(tenant.Id, "bench"),
            ConversationId = conversation.Id,
            NewConversation = request.ConversationId is null ? conversation : null,
            MessageId = Guid.CreateVersion7(now),
            RunId = Guid.CreateVersion7(now),
            Text = request.Text,
            At = now,
            IdempotencyKey = http.Request.Headers["Idempotency-Key"],
            RequestHash = SHA256.HashData(Encoding.UTF8.GetBytes(request.Text)),
        };
        var done = new TaskCompletionSource<ReplyMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[turn.RunId] = done;
        AcceptResult accepted = await store.AcceptAsync(turn, CancellationToken.None);
        // As in a real turn, whoever finishes a run starts the next of its conversation.
        RunRef? run = accepted.StartsNow ? new RunRef(tenant.Id, accepted.RunId, Subjects.Conversation(conversation.Id)) : null;
        int version = 1;
        while (run is { } current)
        {
            FinishTurn finish = Finish(current, conversation, version);
            FinishResult finished = await store.FinishAsync(finish, CancellationToken.None);
            if (!finished.Finished) throw new InvalidOperationException($"The bare turn {current.RunId} was not finished.");
            run = finished.Next;
            version = 2;
            if (waiting.TryRemove(current.RunId, out TaskCompletionSource<ReplyMessage>? other)) other.SetResult(finish.Reply!);
        }

        ReplyMessage reply = await done.Task;
        http.Response.StatusCode = StatusCodes.Status201Created;
        await http.Response.WriteAsJsonAsync(new SentView(conversation.Id, turn.MessageId, turn.RunId, new ReplyView(reply.Id, reply.AgentId, null, reply.Text, reply.Citations, reply.Status, reply.Confidence)), Json.Options, http.RequestAborted);
    }

    private FinishTurn Finish(RunRef run, Conversation conversation, int version)
    {
        FinishTurn template = templates[(int)((uint)Interlocked.Increment(ref next) % templates.Length)];
        DateTimeOffset now = time.GetUtcNow();
        return template with
        {
            Run = new Run { TenantId = run.TenantId, Id = run.RunId, Kind = RunKind.Turn, Subject = run.Subject, Ordinal = 0, Status = RunStatus.Running, Input = "", Version = version, Attempts = 0, CreatedAt = now },
            Version = version,
            Conversation = conversation,
            Reply = template.Reply! with { Id = Guid.CreateVersion7(now) },
            At = now,
        };
    }

    private static Conversation New(Guid tenantId, DateTimeOffset now) => new()
    {
        TenantId = tenantId,
        Id = Guid.CreateVersion7(now),
        Channel = Channel.Web,
        VisitorId = Guid.CreateVersion7(now),
        Subject = "bare",
        CreatedAt = now,
        LastActivityAt = now,
    };

    private sealed record Request(Guid? ConversationId, string Text);
}
