using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Domain.Identity;
using Switchboard.Domain.Support;
using Switchboard.Server.Api.Knowledge;
using Switchboard.Storage;
using Switchboard.Storage.Articles;

namespace Switchboard.Server.Tests;

public sealed class SearchRecordingTests(TestServer server) : IClassFixture<TestServer>
{
    private SearchRecording Recording => server.Services.GetRequiredService<SearchRecording>();

    private Data Data => server.Services.GetRequiredService<Data>();

    private async Task<List<SearchLog>> LogAsync(string words)
    {
        await Recording.WrittenAsync(default);
        await using SwitchboardDb db = Data.For(server.TenantId);
        return [.. (await db.Set<SearchLog>().Where(l => l.Query.Contains(words)).ToListAsync()).OrderBy(l => l.At).ThenBy(l => l.Id)];
    }

    [Fact]
    public async Task A_search_is_answered_while_nothing_can_be_written_and_recorded_afterwards()
    {
        HttpClient visitor = await server.VisitorAsync();
        var release = new TaskCompletionSource();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> holding = Data.WriteAsync(new SystemActor(server.TenantId, "test"), _ =>
        {
            entered.SetResult();
            release.Task.Wait(TimeSpan.FromSeconds(30));
            return 0;
        }, default);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(20));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        JsonElement found = await (await visitor.GetAsync("/api/v1/knowledge/search?q=projects%20lantern", limit.Token)).JsonAsync(200);
        (await visitor.GetAsync($"/api/v1/articles/{found.Items()[0].Id("articleId")}?search={found.Id("searchId")}", limit.Token)).EnsureSuccessStatusCode();
        release.Task.IsCompleted.ShouldBeFalse();
        release.SetResult();
        await holding;

        List<SearchLog> log = await LogAsync("lantern");
        log.Select(l => l.Outcome == SearchOutcomes.Opened).ShouldBe([false, true]);
        log[0].Id.ShouldBe(found.Id("searchId"));
    }

    [Fact]
    public async Task An_article_opened_from_an_answer_counts_for_its_own_reader_alone()
    {
        HttpClient visitor = await server.VisitorAsync(), stranger = await server.VisitorAsync();
        JsonElement reply = (await visitor.BeginAsync(Questions.AlsoGood)).GetProperty("reply");
        string opened = $"/api/v1/articles/{reply.Items("citations")[0].Id("articleId")}?search={reply.Id("messageId")}";
        (await stranger.GetAsync(opened)).EnsureSuccessStatusCode();
        (await LogAsync(Questions.AlsoGood)).ShouldBeEmpty();
        // Neither does an article that the answer does not cite.
        JsonElement elsewhere = (await server.Owner().GetJsonAsync("/api/v1/knowledge/search?q=project&k=20")).Items().First(i => reply.Items("citations").All(c => c.Id("articleId") != i.Id("articleId")));
        (await visitor.GetAsync($"/api/v1/articles/{elsewhere.Id("articleId")}?search={reply.Id("messageId")}")).EnsureSuccessStatusCode();
        (await LogAsync(Questions.AlsoGood)).ShouldBeEmpty();

        (await visitor.GetAsync(opened)).EnsureSuccessStatusCode();
        List<SearchLog> log = await LogAsync(Questions.AlsoGood);
        log.Select(l => (l.Outcome, l.ArticleId)).ShouldBe([(SearchOutcomes.Answered, reply.Items("citations")[0].Id("articleId")), (SearchOutcomes.Opened, reply.Items("citations")[0].Id("articleId"))]);
    }

    [Fact]
    public async Task A_question_that_is_answered_is_recorded_with_the_article_it_was_answered_from()
    {
        HttpClient visitor = await server.VisitorAsync();
        JsonElement answer = await (await visitor.PostAsync("/api/v1/knowledge/answer", new { question = Questions.Good }, null)).JsonAsync(200);
        answer.Text("outcome").ShouldBe("answered");
        await (await server.Owner().PostAsync("/api/v1/knowledge/answer", new { question = Questions.Good }, null)).JsonAsync(200);

        List<SearchLog> log = await LogAsync(Questions.Good);
        log.Select(l => l.Outcome).ShouldBe([SearchOutcomes.Answered, SearchOutcomes.Opened]);
        log[1].ArticleId.ShouldBe(answer.Items("sentences")[0].Items("citations")[0].Id("articleId"));
    }

    [Fact]
    public async Task A_person_who_was_answered_in_a_conversation_is_the_person_who_searched()
    {
        HttpClient contact = await server.VisitorAsync();
        await contact.GetJsonAsync("/api/v1/knowledge/search?q=lighthouse");
        Guid conversation = (await contact.BeginAsync("What is a lighthouse keeper?")).Id("conversationId");
        await using SwitchboardDb db = Data.For(server.TenantId);
        Guid? visitor = (await db.Conversations.SingleAsync(c => c.Id == conversation)).VisitorId;

        SearchLog[] learned = [.. Recording.Learned(server.TenantId, [new CitedQuestion(null, visitor, "Mail jane.doe@example.com about it", Guid.CreateVersion7(), DateTimeOffset.UnixEpoch)])];
        learned.Select(l => l.Outcome).ShouldBe([SearchOutcomes.Answered, SearchOutcomes.Opened]);
        learned.ShouldAllBe(l => !l.Query.Contains("jane"));
        learned[1].ContactHash.ShouldBe((await LogAsync("lighthouse"))[0].ContactHash);
    }
}
