using SQLitePCL;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Runs;
using Switchboard.Domain.Support;
using Switchboard.Storage.Engine;
using Switchboard.Storage.Sqlite;
using Switchboard.Storage.Webhooks;

namespace Switchboard.Storage.Tests;

public sealed class QueryPlanTests
{
    [Fact]
    public async Task No_statement_of_a_turn_reads_a_whole_table()
    {
        await using Desk desk = await Desk.OpenAsync(new SqliteHome());
        Guid conversationId = await desk.AddConversationAsync();
        var input = new DialogueInput("a/b", "r", "w", 1, Desk.Start);
        Guid dialogueId = desk.NewId();
        AcceptResult first = await desk.Store.AcceptAsync(desk.Turn(conversationId, key: "k", hash: [1]), default);
        await desk.Store.AcceptAsync(desk.Turn(conversationId, key: "k", hash: [1]), default);
        AcceptResult second = await desk.AcceptAsync(conversationId);
        await desk.Store.CountAttemptAsync(desk.Ref(first), default);
        await desk.Store.FinishAsync(desk.Finishing(await desk.LoadAsync(first), dialogue: new DialogueChange(dialogueId, input, RunStatus.Waiting, 0, [new JournalEntry("a", "1")])), default);

        using SqliteSession reader = SqliteSession.OpenReader(desk.Folder.DatabasePath);
        var read = new TurnRead(desk.Ref(second));
        reader.Answer(read.Queries);
        read.State().ShouldNotBeNull().Dialogues.ShouldHaveSingleItem();
        await desk.Store.FinishAsync(desk.Finishing(await desk.LoadAsync(second), dialogue: new DialogueChange(dialogueId, input, RunStatus.Succeeded, 1, [])), default);
        string[] written = await desk.Get<SqliteWriter>().RunAsync(item => item.Session.Statements.ToArray(), default);

        written.Length.ShouldBeGreaterThan(12);
        reader.Statements.Count.ShouldBeGreaterThan(5);
        foreach (string sql in written.Concat(reader.Statements))
            Plan(reader, sql).ShouldAllBe(step => !step.StartsWith("SCAN", StringComparison.Ordinal) || step.StartsWith("SCAN CONSTANT", StringComparison.Ordinal), sql);
    }

    [Fact]
    public async Task A_turn_asks_no_question_of_its_own_for_the_sake_of_receivers_and_writes_nothing_for_them_where_there_are_none()
    {
        await using Desk desk = await Desk.OpenAsync(new SqliteHome());
        Conversation conversation = desk.NewConversation();
        AcceptResult first = await desk.Store.AcceptAsync(desk.Turn(conversation.Id) with { NewConversation = conversation }, default);
        await desk.FinishAsync(first);
        await desk.FinishAsync(await desk.AcceptAsync(conversation.Id));
        string[] written = await desk.Get<SqliteWriter>().RunAsync(item => item.Session.Statements.ToArray(), default);
        string alone = WebhookWishes.Ask(desk.TenantId).Statement.Sql;
        written.ShouldNotContain(alone);
        written.ShouldContain(sql => sql.Contains(WebhookWishes.Sql, StringComparison.Ordinal));
        // The test sees what it looks for: a change of a row by itself asks.
        await desk.AddConversationAsync();
        (await desk.Get<SqliteWriter>().RunAsync(item => item.Session.Statements.ToArray(), default)).ShouldContain(alone);
        (await desk.Home.TextsAsync("select handler from runs where handler is not null")).ShouldBeEmpty();
    }

    /// <summary>SQLite's plan, line by line; parameters need no values for it.</summary>
    private static List<string> Plan(SqliteSession session, string sql)
    {
        var steps = new List<string>();
        raw.sqlite3_prepare_v2(session.Connection.Handle, "explain query plan " + sql, out sqlite3_stmt statement).ShouldBe(raw.SQLITE_OK, sql);
        using (statement)
            while (raw.sqlite3_step(statement) == raw.SQLITE_ROW) steps.Add(raw.sqlite3_column_text(statement, 3).utf8_to_string());
        return steps;
    }
}
