using Switchboard.Compliance.Postgres;
using Switchboard.Compliance.Storage;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Switchboard.Storage.Tests;

public sealed class PostgresRunStoreTests(PostgresServer server) : RunStoreSuite(server.NewHomeAsync);

public sealed class PostgresDialogueAndHumanTests(PostgresServer server) : DialogueAndHumanSuite(server.NewHomeAsync);

public sealed class PostgresMergeTests(PostgresServer server) : MergeSuite(server.NewHomeAsync);

public sealed class PostgresRunQueueTests(PostgresServer server) : RunQueueSuite(server.NewHomeAsync);

public sealed class PostgresWebhookEventTests(PostgresServer server) : WebhookEventSuite(server.NewHomeAsync);

public sealed class PostgresRunHandlerTests(PostgresServer server) : RunHandlerSuite(server.NewHomeAsync);

public sealed class PostgresRunLastStepTests(PostgresServer server) : RunLastStepSuite(server.NewHomeAsync);

public sealed class PostgresRunCrashTests(PostgresServer server) : RunCrashSuite(server.NewHomeAsync);

public sealed class PostgresRunRetentionTests(PostgresServer server) : RunRetentionSuite(server.NewHomeAsync);

public sealed class PostgresRecordedRunsTests(PostgresServer server) : RecordedRunsSuite(server.NewHomeAsync);

public sealed class PostgresArticleStoreTests(PostgresServer server) : ArticleStoreSuite(server.NewHomeAsync);

public sealed class PostgresAnsweredCallTests(PostgresServer server) : AnsweredCallSuite(server.NewHomeAsync);

public sealed class PostgresSearchJournalTests(PostgresServer server) : SearchJournalSuite(server.NewHomeAsync);

public sealed class PostgresPassageVectorTests(PostgresServer server) : PassageVectorSuite(server.NewHomeAsync);

public sealed class PostgresFigureTests(PostgresServer server) : FigureSuite(server.NewHomeAsync);

public sealed class PostgresAgentLoadTests(PostgresServer server) : AgentLoadSuite(server.NewHomeAsync);

public sealed class PostgresSlaWatchTests(PostgresServer server) : SlaWatchSuite(server.NewHomeAsync);

public sealed class PostgresStaffDeskTests(PostgresServer server) : StaffDeskSuite(server.NewHomeAsync);

public sealed class PostgresKnowledgeLoadTests(PostgresServer server) : KnowledgeLoadSuite(server.NewHomeAsync);

public sealed class PostgresRoutingLoadTests(PostgresServer server) : RoutingLoadSuite(server.NewHomeAsync);

public sealed class PostgresAccountTests(PostgresServer server) : AccountSuite(server.NewHomeAsync);

public sealed class PostgresExternalIdentityTests(PostgresServer server) : ExternalIdentitySuite(server.NewHomeAsync);

public sealed class PostgresProofCodeTests(PostgresServer server) : ProofCodeSuite(server.NewHomeAsync);

public sealed class PostgresPolicyStoreTests(PostgresServer server) : PolicyStoreSuite(server.NewHomeAsync);

public sealed class PostgresDemoSeedTests(PostgresServer server) : DemoSeedSuite(server.NewHomeAsync);

public sealed class PostgresDatabaseTests(PostgresServer server) : DatabaseSuite(server.NewHomeAsync);

public sealed class PostgresContextTests(PostgresServer server) : ContextSuite(server.NewHomeAsync)
{
    [Fact]
    public async Task A_part_that_hangs_costs_the_time_limit_once_and_the_others_come()
    {
        await using System.Data.Common.DbConnection other = Desk.Home.Connect();
        await other.OpenAsync();
        await using System.Data.Common.DbTransaction held = await other.BeginTransactionAsync();
        await using System.Data.Common.DbCommand command = other.CreateCommand();
        command.CommandText = "lock table tickets in access exclusive mode";
        await command.ExecuteNonQueryAsync();

        Switchboard.Core.Context.CustomerContext read = await ReadAsync(AcmeId, null);

        read.Missing.ShouldBe(["tickets"]);
        read.Account.Plan!.Value.ShouldBe("premium");
        read.Account.OpenApprovals!.Value.ShouldBe(0, "what comes behind the part that hangs");
    }
}

public sealed class PostgresFactsTests(PostgresServer server) : FactsSuite(server.NewHomeAsync);

public sealed class PostgresTenancyTests(PostgresServer server) : TenancySuite(server.NewHomeAsync)
{
    protected override bool HasSecondWall => true;
}

public sealed class PostgresActionTests(PostgresServer server) : ActionSuite(server.NewHomeAsync);

public sealed class PostgresEveryActionTests(PostgresServer server) : EveryActionSuite(server.NewHomeAsync);

public sealed class PostgresAnnouncedMoneyTests(PostgresServer server) : AnnouncedMoneySuite(server.NewHomeAsync);

public sealed class PostgresRunActionTests(PostgresServer server) : RunActionSuite(server.NewHomeAsync);
