using Switchboard.Server.Api.Accounts;
using Switchboard.Server.Api.Administration;
using Switchboard.Server.Api.Agents;
using Switchboard.Server.Api.Analytics;
using Switchboard.Server.Api.Approvals;
using Switchboard.Server.Api.Conversations;
using Switchboard.Server.Api.Customers;
using Switchboard.Server.Api.Health;
using Switchboard.Server.Api.Knowledge;
using Switchboard.Server.Api.Outbox;
using Switchboard.Server.Api.Policies;
using Switchboard.Server.Api.Runs;
using Switchboard.Server.Api.Transfer;
using Switchboard.Server.Api.Users;
using Switchboard.Server.Api.Webhooks;
using Switchboard.Server.Api.Widget;
using Switchboard.Server.Auth;
using Switchboard.Server.Help;
using Switchboard.Server.Observability;
using Switchboard.Server.Outbound.Ports;

namespace Switchboard.Server.Hosting;

/// <summary>Routes that whoever hosts the server adds to its own; they are held to the same rules.</summary>
public delegate void RouteSlice(IEndpointRouteBuilder routes);

/// <summary>Every route of the server, one slice a line.</summary>
public static class Routes
{
    /// <summary>Maps all routes and stops the start when one does not say who may call it.</summary>
    public static void MapSwitchboard(this WebApplication app)
    {
        RouteGroupBuilder api = app.MapGroup("/api/v1");
        CreateConversation.Map(api);
        SendMessage.Map(api);
        ChangeConversation.Map(api);
        ListConversations.Map(api);
        ReadConversation.Map(api);
        CorrectIntent.Map(api);
        ReplayConversation.Map(api);
        MergeConversation.Map(api);
        ReadTranscript.Map(api);
        ListAgents.Map(api);
        ReadAgent.Map(api);
        ChangeAgent.Map(api);
        ExecuteAgent.Map(api);
        ListRuns.Map(api);
        ReadRun.Map(api);
        CancelRun.Map(api);
        ReplayRun.Map(api);
        ListCustomers.Map(api);
        ReadCustomer.Map(api);
        CustomerLists.Map(api);
        ReadTimeline.Map(api);
        WriteCustomer.Map(api);
        BlockCustomer.Map(api);
        AddToCustomer.Map(api);
        ChangePlan.Map(api);
        ExportCustomer.Map(api);
        EraseCustomerData.Map(api);
        ReadContext.Map(api);
        ReadFigures.Map(api);
        SearchKnowledge.Map(api);
        ImportArticles.Map(api);
        ListArticles.Map(api);
        ReadArticle.Map(api);
        WriteArticle.Map(api);
        PublishArticle.Map(api);
        GiveFeedback.Map(api);
        FindGaps.Map(api);
        ReviewSynonyms.Map(api);
        ImportRows.Map(api);
        ExportTenant.Map(api);
        StartSession.Map(api);
        ProveByMail.Map(api);
        RotateWidgetKey.Map(api);
        ListDemoContacts.Map(api);
        ManageKeys.Map(api);
        Register.Map(api);
        SignIn.Map(api);
        SignInThrough.Map(api);
        LinkProviders.Map(api);
        ContinueSession.Map(api);
        VerifyEmail.Map(api);
        Me.Map(api);
        SecondFactor.Map(api);
        ManageUsers.Map(api);
        ManageRoles.Map(api);
        EnsureTenant.Map(api);
        ReadApprovals.Map(api);
        DecideApproval.Map(api);
        ReadPolicies.Map(api);
        ReplacePolicies.Map(api);
        ReadOutbox.Map(api);
        ResolveOutbox.Map(api);
        ManageWebhooks.Map(api);
        RotateSecret.Map(api);
        SendWebhook.Map(api);
        ReadDeliveries.Map(api);
        SeedDemo.Map(api);
        ShowSystem.Map(api);
        ReadAudit.Map(api);
        ManageSchedules.Map(api);
        BackUp.Map(api);
        RotateSecrets.Map(api);
        KeySet.Map(app);
        Mailbox.Map(app, app.Services.GetRequiredService<IdentitySettings>());
        CheckHealth.Map(app);
        MetricsPage.Map(app);
        ArticlePage.Map(app);
        app.MapOpenApi().IsPublic();
        foreach (RouteSlice slice in app.Services.GetServices<RouteSlice>()) slice(app);
        AccessRules.RequireOnEveryRoute(((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints));
    }
}
