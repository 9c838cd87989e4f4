using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using Switchboard.Core;
using Switchboard.Core.Routing;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Server.Hosting;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Server.Tests.Outside;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Identity;

/// <summary>A server whose mails go to a mail server, and whose answer to who asks for a proof takes an hour, whoever it is.</summary>
public sealed class PostedServer : IdentityServer
{
    public SmtpStub Mail { get; } = new();

    protected override ServerOptions Alter(ServerOptions options)
    {
        ServerOptions altered = base.Alter(options);
        return altered with
        {
            Identity = altered.Identity with { Mailbox = false, Evenly = TimeSpan.FromHours(1) },
            Outside = OutsideSettings.None with { Smtp = new SmtpSettings("127.0.0.1", Mail.Port, SmtpTls.None, new MailboxAddress("Desk", "desk@example.com")) },
        };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Mail.Dispose();
    }
}

/// <summary>Mails of the program as a mail server gets them, and those it must not get: a mail server that says "later" is asked again, and by then it may be too late. It is Monday morning, in business hours.</summary>
public sealed class PostedMailTests(PostedServer server) : IClassFixture<PostedServer>
{
    private static readonly TimeSpan offer = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task An_offer_is_mailed_while_it_stands_and_never_when_it_is_over()
    {
        User[] staff = [await UserAsync(), await UserAsync()];
        server.Mail.Answers["RCPT"] = "450 later";
        HttpClient maya = await server.ContactAsync("maya@kestrelmoor-cycles.example");
        Guid talk = (await maya.BeginAsync("I would like to talk to a person, please.")).Id("conversationId");
        OutboxEntry late = await EntryAsync(e => e.Port == HandoffMail.Port && e is { Attempts: > 0, Status: OutboxStatus.Pending });
        server.Pass(offer);
        server.Mail.Answers.Clear();

        (await EntryAsync(e => e.Id == late.Id && e.Status == OutboxStatus.Failed)).Error.ShouldBe("The offer is over.");
        OutboxEntry next = await EntryAsync(e => e.Port == HandoffMail.Port && e.Id != late.Id && e.Status == OutboxStatus.Sent);
        string mail = server.Mail.Messages.ShouldHaveSingleItem();
        mail.ShouldContain($"To: {Json.Read<HandoffMail>(next.Request).To}\n");
        mail.ShouldContain("Subject: A conversation of support is offered to you\n");
        mail.ShouldContain($"{talk:D}");
        staff.Select(u => u.Email).ShouldBe([Json.Read<HandoffMail>(late.Request).To, Json.Read<HandoffMail>(next.Request).To], ignoreOrder: true);
    }

    [Fact]
    public async Task A_code_is_not_mailed_late_nor_to_an_address_it_was_not_made_for_and_nobody_is_told_sooner_than_another()
    {
        const string known = "joao@pampa-clara.example", thief = "thief@example.net";
        server.Mail.Answers["RCPT"] = "450 later";
        using var enough = new CancellationTokenSource();
        HttpClient[] visitors = [await server.VisitorAsync(), await server.VisitorAsync(), await server.VisitorAsync()];
        Task<HttpResponseMessage>[] answers = [AskAsync(visitors[0], known, enough.Token), AskAsync(visitors[1], "nobody@pampa-clara.example", enough.Token), AskAsync(visitors[2], known, enough.Token)];
        await ClockServer.UntilAsync(async () => (await RowsAsync<ProofCode>()).Length == answers.Length);
        await ClockServer.UntilAsync(async () => (await RowsAsync<OutboxEntry>()).Count(e => IsTried(e, known)) == 2);
        (await Task.WhenAny([.. answers, Task.Delay(200)])).ShouldNotBeOneOf(answers);

        OutboxEntry[] tried = [.. (await RowsAsync<OutboxEntry>()).Where(e => IsTried(e, known))];
        // Who can write into the database is mailed no code for it.
        await server.Services.GetRequiredService<Data>().WriteAsync(
            new SystemActor(server.TenantId, "test"),
            db => db.Entry(db.Set<OutboxEntry>().Single(e => e.Id == tried[0].Id)).Property(e => e.Request).CurrentValue = Json.Write(Json.Read<AccountMail>(tried[0].Request) with { To = thief }),
            default);
        (await EntryAsync(e => e.Id == tried[0].Id && e.Status == OutboxStatus.Failed)).Error!.ShouldContain("cannot be decrypted");
        server.Pass(ProofCode.Life);
        server.Mail.Answers.Clear();
        (await EntryAsync(e => e.Id == tried[1].Id && e.Status == OutboxStatus.Failed)).Error.ShouldBe("What the mail would open is over.");
        server.Mail.Messages.ShouldAllBe(m => !m.Contains(known) && !m.Contains(thief));
        answers.ShouldAllBe(a => !a.IsCompleted);
        await enough.CancelAsync();
        foreach (Task<HttpResponseMessage> answer in answers) await Should.ThrowAsync<OperationCanceledException>(answer);
    }

    private static bool IsTried(OutboxEntry entry, string to) => entry is { Port: AccountMailPort.PortName, Attempts: > 0, Status: OutboxStatus.Pending } && Json.Read<AccountMail>(entry.Request).To == to;

    private static Task<HttpResponseMessage> AskAsync(HttpClient visitor, string email, CancellationToken cancellationToken) => visitor.PostAsJsonAsync("/api/v1/widget/proof", new { email }, cancellationToken);

    private async Task<OutboxEntry> EntryAsync(Func<OutboxEntry, bool> holds)
    {
        OutboxEntry? found = null;
        await ClockServer.UntilAsync(async () =>
        {
            if ((found = (await RowsAsync<OutboxEntry>()).FirstOrDefault(holds)) is not null) return true;
            // What waits for its next attempt is found by and by.
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            return false;
        });
        return found!;
    }

    private async Task<T[]> RowsAsync<T>() where T : class
    {
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        return await db.Set<T>().AsNoTracking().ToArrayAsync();
    }

    private async Task<User> UserAsync()
    {
        var id = Guid.CreateVersion7();
        var user = new User { TenantId = server.TenantId, Id = id, Email = $"{id:N}@staff.example", Name = "Colleague", Role = Role.Support, Team = "support", Availability = Availability.Online, IsVerified = true, CreatedAt = server.Now };
        await server.Services.GetRequiredService<Data>().WriteAsync(new SystemActor(server.TenantId, "test"), db => db.Add(user).Entity.Id, default);
        return user;
    }
}
