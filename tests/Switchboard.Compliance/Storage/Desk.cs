using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Core.Outbox;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Storage;

namespace Switchboard.Compliance.Storage;

/// <summary>A storage on a real database in a folder of its own, with one tenant.</summary>
public sealed class Desk : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 30, 0, TimeSpan.Zero);

    private readonly bool ownsHome;
    private readonly ServiceProvider provider;

    private Desk(StorageHome home, bool ownsHome, DataFolder folder, ServiceProvider services, FakeTimeProvider clock)
    {
        this.ownsHome = ownsHome;
        provider = services;
        Home = home;
        Folder = folder;
        Clock = clock;
    }

    public StorageHome Home { get; }
    public DataFolder Folder { get; }
    public FakeTimeProvider Clock { get; }
    public Guid TenantId { get; private set; }
    public Actor Actor => new SystemActor(TenantId, "test");
    public Faults Faults => (Faults)Get<IFaultPoints>();
    public IRunStore Store => Get<IRunStore>();
    public Data Data => Get<Data>();
    public Tenants Tenants => Get<Tenants>();

    public T Get<T>() where T : notnull => provider.GetRequiredService<T>();

    public Guid NewId() => Guid.CreateVersion7(Clock.GetUtcNow());

    /// <summary>Opens a desk with a tenant; the home goes with it.</summary>
    public static async Task<Desk> OpenAsync(StorageHome home)
    {
        Desk desk = await OpenAsync(home, ownsHome: true);
        await desk.UseTenantAsync("acme");
        return desk;
    }

    /// <summary>Opens a desk on what is there, as a process does that starts; the home stays when it does not own it.</summary>
    public static async Task<Desk> OpenAsync(StorageHome home, bool ownsHome)
    {
        var clock = new FakeTimeProvider(Start);
        DataFolder folder = DataFolder.Open(home.DataPath, clock);
        await StorageRegistration.SettleRestoreAsync(folder, home.Database, new NoFaults(), TestContext.Current.CancellationToken);
        ServiceProvider services = new ServiceCollection()
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton<IFaultPoints, Faults>()
            .AddSingleton<LetterBox>()
            .AddSingleton<IOutsidePort>(s => s.GetRequiredService<LetterBox>())
            .AddSingleton<Till>()
            .AddSingleton<IOutsidePort>(s => s.GetRequiredService<Till>())
            .AddSwitchboardStorage(folder, home.Database)
            .BuildServiceProvider();
        await services.GetRequiredService<IDatabase>().MigrateAsync(TestContext.Current.CancellationToken);
        return new Desk(home, ownsHome, folder, services, clock);
    }

    public void UseTenant(Guid id) => TenantId = id;

    public async Task<Guid> UseTenantAsync(string slug) => TenantId = await AddTenantAsync(slug);

    public async Task<Guid> AddTenantAsync(string slug)
    {
        Guid id = NewId();
        await Tenants.CreateAsync(new SystemActor(id, "test"), new Tenant { Id = id, Slug = slug, Name = slug, Currency = "EUR", TimeZone = "Europe/Berlin", Locale = "en-GB", CreatedAt = Clock.GetUtcNow() }, default);
        return id;
    }

    public Conversation NewConversation(Guid? id = null, Guid? contactId = null) => new()
    {
        TenantId = TenantId,
        Id = id ?? NewId(),
        Channel = Channel.Web,
        ContactId = contactId,
        VisitorId = NewId(),
        Subject = "Where is my invoice?",
        CreatedAt = Clock.GetUtcNow(),
        LastActivityAt = Clock.GetUtcNow(),
    };

    public async Task<Guid> AddConversationAsync(ConversationStatus status = ConversationStatus.Open)
    {
        Conversation conversation = NewConversation();
        await Data.WriteAsync(Actor,
            db =>
            {
                db.Add(conversation);
                db.Entry(conversation).Property(c => c.Status).CurrentValue = status;
                return 0;
            },
            default);
        return conversation.Id;
    }

    public async Task<Contact> AddContactAsync()
    {
        var contact = new Contact { TenantId = TenantId, Id = NewId(), Email = "ada@example.com", Name = "Ada", Role = ContactRole.Billing, Language = "en" };
        await Data.WriteAsync(Actor, db => db.Add(contact), default);
        return contact;
    }

    public AcceptTurn Turn(Guid conversationId, string text = "Where is my invoice?", string? key = null, byte[]? hash = null) => new()
    {
        Actor = Actor,
        ConversationId = conversationId,
        MessageId = NewId(),
        RunId = NewId(),
        Text = text,
        At = Clock.GetUtcNow(),
        IdempotencyKey = key,
        RequestHash = hash,
    };

    public Task<AcceptResult> AcceptAsync(Guid conversationId, string text = "Where is my invoice?") => Store.AcceptAsync(Turn(conversationId, text), default);

    public RunRef Ref(AcceptResult accepted) => new(TenantId, accepted.RunId, Subjects.Conversation(accepted.ConversationId)) { NodeId = accepted.NodeId };

    public async Task<TurnState> LoadAsync(AcceptResult accepted) => (await Store.LoadAsync(Ref(accepted), default)).ShouldNotBeNull();

    public FinishTurn Finishing(TurnState state, string? reply = "Here it is.", DialogueChange? dialogue = null, Handoff? handoff = null) => new()
    {
        Run = state.Run,
        Version = state.Run.Version,
        Status = RunStatus.Succeeded,
        Conversation = state.Conversation,
        Reply = reply is null ? null : new ReplyMessage(NewId(), "billing/invoice-guide", reply, [new Citation(1, NewId(), null, 3, "Invoices", "/help/invoices", "When", "monthly", 4, 11)], ReplyStatus.Answered, 0.9),
        Handoff = handoff,
        Dialogues = dialogue is null ? [] : [dialogue],
        Steps = [new JournalEntry("understand:intent", """{"intent":"invoice"}"""), new JournalEntry("route:owner", "{}")],
        Events = [new PendingEvent("message.completed", "{}"), new PendingEvent("run.finished", "{}")],
        Result = """{"reply":true}""",
        At = Clock.GetUtcNow(),
    };

    public async Task<FinishResult> FinishAsync(AcceptResult accepted) => await Store.FinishAsync(Finishing(await LoadAsync(accepted)), default);

    public Task<FinishResult> FinishAsync(Guid tenantId, AcceptResult accepted)
    {
        TenantId = tenantId;
        return FinishAsync(accepted);
    }

    /// <summary>Ends the storage as a process does that ends, and leaves the home.</summary>
    public async Task CloseAsync()
    {
        await provider.DisposeAsync();
        Folder.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (ownsHome) await Home.DisposeAsync();
    }
}

/// <summary>Throws at a place that a test named or chooses, or from a number of places on at each: then nothing more is written, as by a process that has ended.</summary>
public sealed class Faults : IFaultPoints
{
    private readonly CancellationTokenSource down = new();
    private int left;

    public string? At { get; set; }

    /// <summary>Asked at each place whether to throw there; null to throw at none but the named one.</summary>
    public Func<string, bool>? When { get; set; }

    public List<string> Passed { get; } = [];

    /// <summary>Whether the process is as if it had ended.</summary>
    public bool IsDown { get; private set; }

    /// <summary>Cancelled soon after the process is as if it had ended.</summary>
    public CancellationToken Down => down.Token;

    /// <summary>Ends the process at a place, counted from now.</summary>
    public void DownAfter(int places) => left = places;

    public void Reached(string site)
    {
        lock (Passed)
        {
            if (IsDown) throw new InvalidOperationException($"ended before {site}");
            Passed.Add(site);
            if (left > 0 && --left == 0)
            {
                IsDown = true;
                // Not on this thread: it may be the one that writes.
                down.CancelAfter(TimeSpan.FromMilliseconds(1));
            }
        }

        if (site == At || IsDown || When?.Invoke(site) is true) throw new InvalidOperationException($"interrupted at {site}");
    }
}
