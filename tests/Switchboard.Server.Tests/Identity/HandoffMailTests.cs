using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Routing;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Operations;
using Switchboard.Domain.Organisation;
using Switchboard.Domain.Support;
using Switchboard.Server.Outbound.Ports;
using Switchboard.Storage;

namespace Switchboard.Server.Tests.Identity;

/// <summary>The staff is told by mail of what is offered to it, and the leads of what nobody took. It is Monday morning, in business hours.</summary>
public sealed class HandoffMailTests(IdentityServer server) : IClassFixture<IdentityServer>
{
    private static readonly TimeSpan offer = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Each_offer_is_mailed_once_to_who_gets_it_and_after_two_the_leads_of_the_team_are_told()
    {
        User first = await UserAsync(u => { u.Capacity = 5; u.Name = "Col\nleague"; }), second = await UserAsync(u => { u.Capacity = 10; u.Name = "Col\nleague"; }), lead = await UserAsync(AsLead), all = await UserAsync(u => { AsLead(u); u.Team = null; });
        User[] others =
        [
            await UserAsync(u => { AsLead(u); u.Team = "sales"; }),
            await UserAsync(u => { AsLead(u); u.Status = UserStatus.Suspended; }),
            await UserAsync(u => { AsLead(u); u.IsVerified = false; }),
            await UserAsync(u => u.Availability = Availability.Offline),
        ];
        (Guid elsewhere, _) = await server.TenantAsync("other-staff");
        User stranger = await UserAsync(AsLead, elsewhere);

        HttpClient maya = await server.ContactAsync("maya@kestrelmoor-cycles.example");
        Guid talk = (await maya.BeginAsync("I would like to talk to a person, please. Write to secret@example.com")).Id("conversationId");
        User offered = await OfferedAsync(talk) == first.Id ? first : second, next = offered == first ? second : first;
        MailboxLetter letter = await LetterAsync(offered);
        letter.Subject.ShouldBe("A conversation of support is offered to you");
        letter.Text.ShouldStartWith("Hello Col league,\n", Case.Sensitive, "a name is one line");
        letter.Text.ShouldContain("The offer stands until 2026-03-02 09:05 UTC");
        letter.Text.ShouldContain($"https://desk.example/api/v1/conversations/{talk:D}\n");
        letter.Text.ShouldContain("Priority: ");
        foreach (string hidden in new[] { "secret@", "maya", "Maya", "Kestrelmoor", "to a person" }) letter.Text.ShouldNotContain(hidden, Case.Insensitive);

        // The same run, taken up anew, asks again.
        IStaffDesk desk = server.Services.GetRequiredService<IStaffDesk>();
        Guid handoff = (await EntriesAsync())[0].HandoffId;
        (await desk.TellAsync(server.TenantId, handoff, offered.Id, server.Now + offer, server.Now, default)).ShouldBeTrue();
        (await EntriesAsync()).Length.ShouldBe(1);

        await MailsAsync(wanted: false);
        (await desk.TellAsync(server.TenantId, handoff, offered.Id, server.Now + offer, server.Now, default)).ShouldBeFalse();
        await MailsAsync(wanted: true);

        server.Clock.Advance(offer);
        await LetterAsync(next);
        server.Clock.Advance(offer);
        (await LetterAsync(lead)).Subject.ShouldBe("Nobody took a conversation of support");
        await LetterAsync(all);
        (await EntriesAsync()).Select(e => e.Key.Split('/')[^1]).Order().ShouldBe(new[] { offered, next, lead, all }.Select(u => $"{u.Id:N}").Order());
        foreach (User told in new[] { offered, next, lead, all }) Letters(told).Length.ShouldBe(1);
        foreach (User none in new[] { stranger }.Concat(others)) Letters(none).ShouldBeEmpty();
        (await OfferedAsync(talk)).ShouldBeNull();
        await using (SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId))
        {
            // Who is erased or exports what is kept of them finds these too.
            Guid? customer = (await db.Conversations.SingleAsync(c => c.Id == talk)).CustomerId;
            customer.ShouldNotBeNull();
            (await db.Set<OutboxEntry>().Where(e => e.Port == HandoffMail.Port).ToListAsync()).ShouldAllBe(e => e.CustomerId == customer && e.ConversationId == talk);
        }

        // Whom it is not offered to any more is told nothing, nor are the leads of a desk that wants no such mails, or before two were asked.
        (await desk.TellAsync(server.TenantId, handoff, offered.Id, server.Now + offer, server.Now, default)).ShouldBeFalse();
        Guid wanted = await HandoffAsync(talk, offered), unwanted = await HandoffAsync(talk, offered);
        (await desk.OfferAsync(server.TenantId, wanted, offered.Id, null, notifyLead: false, server.Now, default)).ShouldBeTrue();
        await MailsAsync(wanted: false);
        (await desk.OfferAsync(server.TenantId, unwanted, offered.Id, null, notifyLead: true, server.Now, default)).ShouldBeTrue();
        await MailsAsync(wanted: true);
        (await EntriesAsync()).Length.ShouldBe(4);
    }

    private Task<Guid> HandoffAsync(Guid talk, User to) => server.Services.GetRequiredService<Data>().WriteAsync(
        new SystemActor(server.TenantId, "test"),
        db => db.Add(new Handoff
        {
            TenantId = server.TenantId,
            Id = Guid.CreateVersion7(server.Now),
            ConversationId = talk,
            RunId = null,
            FromAgent = "desk/human-handoff",
            ToTeam = "support",
            ToUserId = to.Id,
            Reason = "customer_request",
            CaseFile = new CaseFile("a visitor", null, "help", 1, [], [], "help", "answer"),
            CreatedAt = server.Now,
        }).Entity.Id,
        default);

    private async Task MailsAsync(bool wanted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/policies") { Content = JsonContent.Create(new { staff = new { handoffMails = wanted } }) };
        request.Headers.Add("If-Match", "*");
        await (await server.Local().SendAsync(request)).JsonAsync(200);
    }

    private static void AsLead(User user) => (user.Role, user.Availability) = (Role.Lead, Availability.Offline);

    private MailboxLetter[] Letters(User to) => [.. server.Mailbox.Letters.Where(l => l.To == to.Email)];

    private async Task<MailboxLetter> LetterAsync(User to)
    {
        await ClockServer.UntilAsync(() =>
        {
            // A run may have gone to sleep behind the clock's step: small ones let it be found.
            server.Pass(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(Letters(to).Length > 0);
        });
        return Letters(to)[0];
    }

    private async Task<(string Key, Guid HandoffId)[]> EntriesAsync()
    {
        await using SwitchboardDb db = server.Services.GetRequiredService<Data>().For(server.TenantId);
        return [.. (await db.Set<OutboxEntry>().Where(e => e.Port == HandoffMail.Port).ToListAsync()).Select(e => (e.Key, Guid.ParseExact(e.Key.Split('/')[1], "N")))];
    }

    private async Task<Guid?> OfferedAsync(Guid conversation)
    {
        JsonElement handoff = (await server.Owner().ConversationAsync(conversation)).GetProperty("handoff");
        return handoff.IsNull("toUserId") ? null : handoff.Id("toUserId");
    }

    private async Task<User> UserAsync(Action<User> alter, Guid? tenant = null)
    {
        Guid id = Guid.CreateVersion7(), of = tenant ?? server.TenantId;
        var user = new User { TenantId = of, Id = id, Email = $"{id:N}@staff.example", Name = "Colleague", Role = Role.Support, Team = "support", Availability = Availability.Online, IsVerified = true, CreatedAt = server.Now };
        alter(user);
        await server.Services.GetRequiredService<Data>().WriteAsync(new SystemActor(of, "test"), db => db.Add(user).Entity.Id, default);
        return user;
    }
}
