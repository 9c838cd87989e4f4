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
using Switchboard.Storage.Sqlite;

namespace Switchboard.Bench;

/// <summary>The server under measurement, in a process of its own: the real one, and beside it a path that writes the same rows without thinking.</summary>
internal static class BenchHost
{
    public static async Task RunAsync(string data)
    {
        await using SwitchboardServer server = await SwitchboardServer.StartAsync(new ServerOptions(data) { Urls = "http://127.0.0.1:0" }, services =>
        {
            services.AddSingleton<SqliteRunStore>();
            services.AddSingleton<ObservedRunStore>();
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
            next(app);
        };
    }
}

/// <summary>Keeps what real turns ended with, so that the bare path writes rows of the same number and size.</summary>
internal sealed class ObservedRunStore(SqliteRunStore store) : IRunStore
{
    private const int most = 64;
    private int kept;

    public ConcurrentBag<FinishTurn> Finished { get; } = [];

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
internal sealed class BarePath(SqliteRunStore store, ObservedRunStore observed, Tenants tenants, TimeProvider time)
{
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
