using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Core.Runs;

namespace Switchboard.Server.Tests;

/// <summary>A turn that did something and then cannot come to its end.</summary>
public sealed class PerformedThenFailedTests : IAsyncLifetime
{
    private readonly FailingServer server = new();

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData(1, "acted")]
    [InlineData(3, "handed_off")]
    public async Task What_was_done_is_done_once_and_is_said_or_stands_in_the_case_file(int failures, string status)
    {
        server.Faults.FinishesToFail = failures;
        HttpClient customer = await server.ContactAsync("joao@pampa-clara.example");
        Guid id = (await customer.BeginAsync("I want my money back")).Id("conversationId");

        JsonElement reply = (await customer.SayAsync(id, "yes")).GetProperty("reply");

        reply.Text("status").ShouldBe(status);
        (await server.Owner().GetJsonAsync("/api/v1/audit?limit=100")).Items().Count(a => a.Text("action") == "refund.issue").ShouldBe(1);
        if (status == "acted") return;
        JsonElement file = (await server.Owner().ConversationAsync(id)).GetProperty("handoff").GetProperty("caseFile");
        file.Items("facts").ShouldContain(f => f.Text("text") == "billing/refund-processor performed refund.issue");
    }

    private sealed class FailingServer : TestServer
    {
        public FailingFinish Faults { get; } = new();

        protected override void Configure(IServiceCollection services) => services.AddSingleton<IFaultPoints>(Faults);
    }

    /// <summary>Lets the finishes of a turn fail that has performed something.</summary>
    private sealed class FailingFinish : IFaultPoints
    {
        private bool performed;

        public int FinishesToFail { get; set; }

        public void Reached(string site)
        {
            performed |= site == "perform:after-commit";
            if (site != "finish:before-commit" || !performed || FinishesToFail == 0) return;
            FinishesToFail--;
            throw new IOException("The disk is gone for a moment.");
        }
    }
}
