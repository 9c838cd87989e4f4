using System.Text;
using Microsoft.EntityFrameworkCore;
using Switchboard.Domain.Customers;
using Switchboard.Domain.Identity;
using Switchboard.Storage;
using Switchboard.Storage.Calls;

namespace Switchboard.Compliance.Storage;

public abstract class AnsweredCallSuite(Func<Task<StorageHome>> home) : StorageSuite(home)
{
    private const string answer = """{"secret":"shown-once"}""";

    private AnsweredCalls Answers => Desk.Get<AnsweredCalls>();

    [Fact]
    public async Task A_call_with_a_key_changes_rows_once_and_is_answered_the_same_for_a_day()
    {
        CallMade<string> first = await MakeAsync("k", "a");
        (first.Made, first.Earlier, first.IsMismatch).ShouldBe(("made", null, false));
        CallMade<string> again = await MakeAsync("k", "a");
        (again.Made, again.Earlier, again.IsMismatch).ShouldBe((null, new CallAnswer(201, answer, "/there", "\"1\""), false));
        (await MakeAsync("k", "another request")).IsMismatch.ShouldBeTrue();
        (await MakeAsync("other", "a")).Made.ShouldBe("made");
        (await MakeAsync(null, "a")).Made.ShouldBe("made");
        (await CountAsync<Customer>()).ShouldBe(3);

        Desk.Clock.Advance(AnsweredCalls.Kept + TimeSpan.FromSeconds(1));
        (await MakeAsync("k", "another request")).Made.ShouldBe("made");
        // Those whose time is over went with it.
        (await CountAsync<AnsweredCall>()).ShouldBe(1);
    }

    [Fact]
    public async Task What_was_refused_or_failed_leaves_neither_rows_nor_the_key()
    {
        (await MakeAsync("k", "a", refuse: true)).Made.ShouldBe("made");
        await Should.ThrowAsync<InvalidOperationException>(() => Answers.WriteAsync<string>(Desk.Actor, Key("k", "a"), db => { Add(db); throw new InvalidOperationException("broken off"); }, _ => null, default));
        (await CountAsync<Customer>()).ShouldBe(0);
        (await CountAsync<AnsweredCall>()).ShouldBe(0);
        (await MakeAsync("k", "a")).Made.ShouldBe("made");
    }

    [Fact]
    public async Task Many_calls_at_once_with_one_key_change_rows_once()
    {
        CallMade<string>[] all = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => MakeAsync("k", "a")));
        all.Count(c => c.Made is not null).ShouldBe(1);
        all.Count(c => c.Earlier is { Status: 201 }).ShouldBe(11);
        (await CountAsync<Customer>()).ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_calls_at_once_with_one_key_one_is_begun_and_the_others_wait_for_its_answer()
    {
        CallBegun[] all = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => BeginAsync("k", "a")));
        CallBegun first = all.Single(c => c.Standing == CallStanding.First);
        all.Count(c => c.Standing == CallStanding.Running).ShouldBe(11);
        (await BeginAsync("k", "another request")).Standing.ShouldBe(CallStanding.Mismatch);

        var told = new CallAnswer(200, answer, null, null, "text/plain");
        await Answers.AnswerAsync(Desk.Actor, first.Id, told);
        CallBegun again = await BeginAsync("k", "a");
        (again.Standing, again.Earlier).ShouldBe((CallStanding.Answered, told));
        (await BeginAsync("k", "another request")).Standing.ShouldBe(CallStanding.Mismatch);

        Desk.Clock.Advance(AnsweredCalls.Kept + TimeSpan.FromSeconds(1));
        (await BeginAsync("k", "another request")).Standing.ShouldBe(CallStanding.First);
    }

    [Fact]
    public async Task A_call_that_did_nothing_gives_its_key_back_and_one_that_was_lost_is_never_begun_again()
    {
        await Answers.ReleaseAsync(Desk.Actor, (await BeginAsync("k", "a")).Id);
        CallBegun second = await BeginAsync("k", "a");
        second.Standing.ShouldBe(CallStanding.First);
        await Answers.LoseAsync(Desk.Actor, second.Id);
        (await BeginAsync("k", "a")).Standing.ShouldBe(CallStanding.Lost);

        // Whose process died says nothing itself.
        (await BeginAsync("died", "a")).Standing.ShouldBe(CallStanding.First);
        Desk.Clock.Advance(AnsweredCalls.Lease - TimeSpan.FromSeconds(1));
        (await BeginAsync("died", "a")).Standing.ShouldBe(CallStanding.Running);
        Desk.Clock.Advance(TimeSpan.FromSeconds(1));
        (await BeginAsync("died", "a")).Standing.ShouldBe(CallStanding.Lost);
    }

    [Fact]
    public async Task An_answer_cannot_be_read_in_the_database_nor_put_in_another_calls_place()
    {
        await MakeAsync("k", "a");
        await MakeAsync("l", "a");
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        AnsweredCall[] rows = await db.Set<AnsweredCall>().OrderBy(c => c.Key).ToArrayAsync();
        foreach (AnsweredCall row in rows) Encoding.UTF8.GetString(row.Answer).ShouldNotContain("shown-once");
        // Nor can a password or a code that was asked with be guessed from what is kept of the request.
        await BeginAsync("m", "a");
        (await db.Set<AnsweredCall>().SingleAsync(c => c.Key == "user:1\nm")).RequestHash.ShouldNotBe(Convert.ToHexStringLower("a"u8));
        var seal = new SecretBox(Desk.Folder.Secret("sealed-rows"));
        string Place(AnsweredCall row) => $"{row.TenantId:N} {row.Id:N}";
        Encoding.UTF8.GetString(seal.Open(rows[0].Answer, Place(rows[0])).ShouldNotBeNull()).ShouldContain("shown-once");
        seal.Open(rows[0].Answer, Place(rows[1])).ShouldBeNull();
        new SecretBox(Desk.Folder.Secret("another")).Open(rows[0].Answer, Place(rows[0])).ShouldBeNull();
        seal.Open([.. rows[0].Answer[..^1], (byte)(rows[0].Answer[^1] ^ 1)], Place(rows[0])).ShouldBeNull();
        seal.Open([1, 2, 3], Place(rows[0])).ShouldBeNull();
    }

    private static CallKey? Key(string? key, string request) => key is null ? null : new CallKey($"user:1\n{key}", Encoding.UTF8.GetBytes(request));

    private Task<CallBegun> BeginAsync(string key, string request) => Answers.BeginAsync(Desk.Actor, Key(key, request)!, default);

    private Task<CallMade<string>> MakeAsync(string? key, string request, bool refuse = false) =>
        Answers.WriteAsync(Desk.Actor, Key(key, request), db => { Add(db); return "made"; }, _ => refuse ? null : new CallAnswer(201, answer, "/there", "\"1\""), default);

    private void Add(SwitchboardDb db) => db.Add(new Customer { TenantId = db.TenantId, Id = Desk.NewId(), Name = "Kestrel", Plan = "basic", Since = Desk.Start });

    private async Task<int> CountAsync<T>() where T : class
    {
        await using SwitchboardDb db = Desk.Data.For(Desk.TenantId);
        return await db.Set<T>().CountAsync();
    }
}
