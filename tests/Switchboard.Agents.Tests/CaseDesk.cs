using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using Switchboard.Domain.Billing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Storage;

namespace Switchboard.Agents.Tests;

/// <summary>A server that cases are played against: as it comes, or with ways for mails and payments and a clock that the cases move.</summary>
public sealed class CaseDesk : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("switchboard-cases-").FullName;
    private readonly HttpClient http = new();
    private SwitchboardServer server = null!;
    private int customers;

    /// <summary>The clock; null where it is that of the machine.</summary>
    public FakeTimeProvider? Clock { get; private init; }

    private Guid TenantId => server.Seeded!.Tenant.Id;

    private Data Data => server.App.Services.GetRequiredService<Data>();

    private SystemActor Actor => new(TenantId, "case");

    private DateTimeOffset Now => (Clock ?? TimeProvider.System).GetUtcNow();

    public static async Task<CaseDesk> OpenAsync(bool outfitted)
    {
        var desk = new CaseDesk { Clock = outfitted ? new FakeTimeProvider(new DateTimeOffset(2026, 6, 15, 9, 0, 0, TimeSpan.Zero)) : null };
        var options = new ServerOptions(Path.Combine(desk.folder, "data")) { Urls = "http://127.0.0.1:0" };
        // Nobody listens there: that something goes out is decided by what is set up, and when it goes out is not the talk's.
        if (outfitted)
            options = options with
            {
                Outside = OutsideSettings.None with
                {
                    Smtp = new SmtpSettings("127.0.0.1", 9, SmtpTls.None, new MailboxAddress("Desk", "desk@example.com")),
                    Tools = new Dictionary<string, ToolSettings> { ["payment"] = new(new Uri("http://127.0.0.1:9/"), ["POST"], HonoursKey: true, null, null) },
                },
            };
        desk.server = await SwitchboardServer.StartAsync(options, services => _ = desk.Clock is { } clock ? services.AddSingleton<TimeProvider>(clock) : services, default);
        desk.http.BaseAddress = new Uri(desk.server.Address);
        return desk;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Adds a case's customer.</summary>
    public Task<(Contact Contact, IReadOnlyList<string> Numbers)> AddAsync(CaseAccount account) =>
        Data.WriteAsync(Actor, db => account.Add(db, server.Seeded!.Tenant, $"case-{++customers}", Now), default);

    /// <summary>Changes rows of the tenant.</summary>
    public Task WriteAsync(Action<SwitchboardDb> work) => Data.WriteAsync(Actor, db => { work(db); return true; }, default);

    /// <summary>Reads rows of the tenant.</summary>
    public SwitchboardDb Read() => Data.For(TenantId);

    public async Task SetPoliciesAsync(string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/policies") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Api-Key", server.Seeded!.ApiKey);
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        using HttpResponseMessage response = await http.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
    }

    /// <summary>A session of a contact, by its id or its address, or of a visitor, who is the same as that of an earlier token.</summary>
    public async Task<string> TokenAsync(string contact, Guid? id, string? earlier = null)
    {
        if (contact != "none")
        {
            JsonElement all = await CallAsync(HttpMethod.Get, "/api/v1/widget/contacts", null, null);
            id = all.GetProperty("items").EnumerateArray().Single(c => c.GetProperty("email").GetString() == contact).GetProperty("id").GetGuid();
        }
        return (await CallAsync(HttpMethod.Post, "/api/v1/widget/session", null, new { contactId = id, earlier })).GetProperty("token").GetString()!;
    }

    /// <summary>Calls as the visitor of the token; without one as the demonstration's owner, who sees the handoff too.</summary>
    public async Task<JsonElement> CallAsync(HttpMethod method, string path, string? token, object? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is null) request.Headers.Add("X-Api-Key", server.Seeded!.ApiKey);
        else request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = JsonContent.Create(body);
        using HttpResponseMessage response = await http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBeOneOf(200, 201);
        return JsonElement.Parse(text);
    }
}

/// <summary>The rows of a case's customer: what happens to them while the case is played, and what is done with them at its end.</summary>
/// <param name="desk">Where they are.</param>
/// <param name="own">The customer's person and the numbers of its invoices; null for a case without a customer of its own.</param>
internal sealed class CaseRows(CaseDesk desk, (Contact Contact, IReadOnlyList<string> Numbers)? own)
{
    /// <summary>The person who writes.</summary>
    public Guid? ContactId => own?.Contact.Id;

    private IReadOnlyList<string> Numbers => own?.Numbers ?? [];

    /// <summary>Words of the case with the numbers of its invoices in them.</summary>
    public string Filled(string text) => Numbers.Select((number, i) => (number, Place: $"{{{i + 1}}}")).Aggregate(text, (t, n) => t.Replace(n.Place, n.number, StringComparison.Ordinal));

    /// <summary>Lets something happen; says whether so much time has passed that the session may have ended.</summary>
    public async Task<bool> HappensAsync(string what)
    {
        string[] words = what.Split(' ');
        int n = int.TryParse(words[1], System.Globalization.CultureInfo.InvariantCulture, out int number) ? number : 0;
        TimeSpan? passes = words[0] switch { "days" => TimeSpan.FromDays(n), "minutes" => TimeSpan.FromMinutes(n), _ => null };
        if (passes is { } time)
        {
            // Set and not run through: what looks around each second need not do so two million times.
            desk.Clock!.AdjustTime(desk.Clock.GetUtcNow() + time);
            return true;
        }

        DateTimeOffset now = desk.Clock!.GetUtcNow();
        Guid customer = own!.Value.Contact.CustomerId!.Value;
        await desk.WriteAsync(db =>
        {
            Invoice Named() => db.Set<Invoice>().AsTracking().Single(i => i.CustomerId == customer && i.Number == Numbers[n - 1]);
            switch (words[0])
            {
                case "pay": Named().Pay(now); break;
                case "void": Named().Void(); break;
                case "seats":
                    Subscription held = db.Set<Subscription>().AsTracking().Single(s => s.CustomerId == customer);
                    held.WithSeats(n, held.SeatsUsed);
                    break;
                case "role": db.Set<Contact>().AsTracking().Single(c => c.Id == ContactId).Role = Enum.Parse<ContactRole>(words[1], ignoreCase: true); break;
                case "refund":
                    Guid invoice = Named().Id;
                    Payment payment = db.Set<Payment>().Single(p => p.InvoiceId == invoice);
                    db.Add(new Refund { TenantId = payment.TenantId, Id = Guid.CreateVersion7(now), CustomerId = customer, PaymentId = payment.Id, Amount = payment.Amount, Currency = payment.Currency, Reason = "goodwill", CreatedAt = now });
                    break;
                default: throw new InvalidOperationException($"What is \"{what}\"?");
            }
        });
        return false;
    }

    /// <summary>What was done with the customer's invoices, in the order of what and which.</summary>
    public async Task<IReadOnlyList<string>> DoneAsync()
    {
        await using SwitchboardDb db = desk.Read();
        Guid customer = own!.Value.Contact.CustomerId!.Value;
        Dictionary<Guid, string> places = await db.Set<Invoice>().Where(i => i.CustomerId == customer && i.Number != null && Numbers.Contains(i.Number)).ToDictionaryAsync(i => i.Id, i => i.Number!);
        string Place(string number) => $"{Numbers.ToList().IndexOf(number) + 1}";
        Payment[] payments = await db.Set<Payment>().Where(p => p.CustomerId == customer).ToArrayAsync();
        Refund[] refunds = await db.Set<Refund>().Where(r => r.CustomerId == customer).ToArrayAsync();
        OutboxEntry[] mails = await db.Set<OutboxEntry>().Where(e => e.CustomerId == customer && e.Port == "smtp").ToArrayAsync();
        string[] done =
        [
            .. mails.SelectMany(e => Numbers.Where(n => e.Request.Contains($"Invoice {n}", StringComparison.Ordinal))).Select(n => $"mailed {Place(n)}"),
            .. refunds.Select(r => $"refunded {Place(places[payments.Single(p => p.Id == r.PaymentId).InvoiceId])}"),
            .. payments.Where(p => p.RequestedAt is not null || p.Attempt > 1).Select(p => $"tried {Place(places[p.InvoiceId])}"),
        ];
        return done.Length == 0 ? ["nothing"] : [.. done.Order(StringComparer.Ordinal)];
    }
}
