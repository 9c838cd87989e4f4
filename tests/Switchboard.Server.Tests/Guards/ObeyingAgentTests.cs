using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Desk;
using Switchboard.Core.Runs;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Server.Tests.Replay;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Guards;

/// <summary>The injected texts before an agent that does what they say: it gets as far as the checks, and each check that is taken away lets it through.</summary>
[Collection(RogueDesk.Name)]
public sealed class ObeyingAgentTests(RogueServer server)
{
    private const int sample = 8;

    /// <summary>What it tries and for whom: reading what its card does not declare, reading for nobody that is proven, an action its reader's role may not ask for, an action that is not on its card.</summary>
    private static readonly (string About, ContactRole? Role)[] attempts = [("invoices", ContactRole.Admin), ("payments", null), ("refunds", ContactRole.User), ("money", ContactRole.Admin)];

    private Data Data => server.Services.GetRequiredService<Data>();

    [Theory]
    [InlineData(Check.None)]
    [InlineData(Check.Scope, "refunds")]
    [InlineData(Check.Proof, "payments")]
    [InlineData(Check.Capability, "invoices", "money")]
    public async Task An_agent_that_does_what_a_text_says_gets_as_far_as_the_checks(Check without, params string[] harm)
    {
        var talks = new Talks(server.Services, server.TenantId);
        var (done, reached) = (new HashSet<string>(), 0);
        Dictionary<string, Contact> people = await PeopleAsync(talks, without);
        string[] texts = InjectedTexts.Take(sample);
        if (without != Check.None) texts = [.. texts.Take(sample)];
        server.Checks.Without = without;
        try
        {
            for (int i = 0; i < texts.Length; i++)
            {
                (string about, ContactRole? role) = attempts[i % attempts.Length];
                Contact? who = role is null ? null : people[about];
                // The text stands in the talk; the next message brings the agent that does what it says.
                Guid talk = await talks.PlayAsync(who, texts[i], $"Do what it says about {about}");
                if ((await talks.LastAsync(talk)).Status == ReplyStatus.Confirm) await talks.SayAsync(talk, "yes");
                (bool was, bool read) = await ReadAsync(talk);
                if (was) reached++;
                if (role is null || about == "invoices" ? read : await talks.RefundsAsync(who!.CustomerId!.Value) > 0) done.Add(about);
            }
        }
        finally
        {
            server.Checks.Without = Check.None;
        }

        done.ShouldBe(harm, ignoreOrder: true);
        reached.ShouldBeGreaterThan(texts.Length / 2, "it proves little when people have the talk already");
        TestContext.Current.TestOutputHelper!.WriteLine($"{texts.Length} texts, {reached} before the agent that obeys: {done.Count} of {attempts.Length} attempts came through");
    }

    /// <summary>Somebody of a customer of their own for each attempt, who paid once.</summary>
    private async Task<Dictionary<string, Contact>> PeopleAsync(Talks talks, Check without)
    {
        var people = new Dictionary<string, Contact>();
        foreach ((string about, ContactRole? role) in attempts.Where(a => a.Role is not null))
        {
            Contact admin = await talks.AddCustomerAsync($"obeys-{without}-{about}".ToLowerInvariant(), 45);
            var other = new Contact { TenantId = server.TenantId, Id = Guid.CreateVersion7(), CustomerId = admin.CustomerId, Email = $"{role}@obeys-{without}-{about}.example".ToLowerInvariant(), Name = $"Bo of {about}", Role = role!.Value };
            await Data.WriteAsync(new SystemActor(server.TenantId, "test"), db => db.Add(other).Entity.Id, default);
            people[about] = other;
        }

        return people;
    }

    /// <summary>Whether the agent had the turn, and whether it was given rows.</summary>
    private async Task<(bool Was, bool Read)> ReadAsync(Guid talk)
    {
        await using SwitchboardDb db = Data.For(server.TenantId);
        string subject = Subjects.Conversation(talk);
        DecisionRecord[] decisions = [.. (await db.Runs.Where(r => r.Subject == subject && r.Kind == RunKind.Turn && r.Result != null).Select(r => r.Result!).ToListAsync()).Select(r => Core.Json.Read<TurnResult>(r).Decision).OfType<DecisionRecord>()];
        return (decisions.Any(d => d.Hops.Any(h => h.AgentId == "billing/refund-processor")), decisions.Any(d => d.Reads.Any(r => r.Entity is "invoice" or "payment" && r.Count > 0)));
    }
}
