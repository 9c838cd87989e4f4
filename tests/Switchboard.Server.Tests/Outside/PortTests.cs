using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Switchboard.Compliance.Storage;
using Switchboard.Core.Outbox;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Tests.Outside;

/// <summary>The ways to the outside against real servers: each says of an outcome only what it knows.</summary>
public sealed class PortTests : IAsyncLifetime
{
    private Desk desk = null!;
    private Ways ways = null!;

    public async ValueTask InitializeAsync()
    {
        desk = await Desk.OpenAsync(await SqliteHome.CreateAsync());
        ways = await Ways.OpenAsync(desk);
    }

    public async ValueTask DisposeAsync()
    {
        await ways.DisposeAsync();
        await desk.DisposeAsync();
    }

    [Fact]
    public async Task A_webhook_is_signed_over_its_key_time_and_body()
    {
        (await ways.SendAsync("webhook")).ShouldBeOfType<Performed>();
        Received got = ways.Requests.ShouldHaveSingleItem();
        (got.Headers["webhook-id"], got.Headers["webhook-timestamp"]).ShouldBe(("run-1/call:x", $"{desk.Clock.GetUtcNow().ToUnixTimeSeconds()}"));
        string expected = Convert.ToBase64String(HMACSHA256.HashData(Ways.WebhookSecret, Encoding.UTF8.GetBytes($"run-1/call:x.{got.Headers["webhook-timestamp"]}.{got.Body}")));
        got.Headers["webhook-signature"].ShouldBe($"v1,{expected}");
        JsonElement.Parse(got.Body).Text("type").ShouldBe("conversation.resolved");
    }

    [Theory]
    [InlineData("webhook", 204, "performed")]
    [InlineData("webhook", 302, "refused")]
    [InlineData("webhook", 400, "refused")]
    [InlineData("webhook", 408, "retry")]
    [InlineData("webhook", 425, "retry")]
    [InlineData("webhook", 429, "retry")]
    [InlineData("webhook", 500, "retry")]
    [InlineData("webhook", 503, "retry")]
    [InlineData("http", 500, "retry")]
    [InlineData("slack", 400, "refused")]
    [InlineData("slack", 429, "retry")]
    [InlineData("slack", 500, "unknown")]
    [InlineData("slack", 503, "retry")]
    [InlineData("discord", 204, "performed")]
    [InlineData("discord", 504, "unknown")]
    public async Task A_status_means_what_it_can_mean(string port, int status, string outcome)
    {
        ways.Answer = http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = "/elsewhere";
            http.Response.Headers.RetryAfter = "7";
            return Task.CompletedTask;
        };
        PortOutcome came = await ways.SendAsync(port);
        Kind(came).ShouldBe(outcome, came.ToString());
        if (outcome == "retry") ((Refused)came).NotBefore.ShouldBe(TimeSpan.FromSeconds(7));
        ways.Requests.Count.ShouldBe(1, "no redirect is followed");
    }

    [Theory]
    [InlineData("webhook")]
    [InlineData("slack")]
    [InlineData("http")]
    public async Task A_connection_that_breaks_behind_the_request_leaves_the_outcome_open_and_one_that_is_not_made_does_not(string port)
    {
        ways.Answer = http =>
        {
            http.Abort();
            return Task.CompletedTask;
        };
        Kind(await ways.SendAsync(port)).ShouldBe("unknown");
        await using Ways inner = await Ways.OpenAsync(desk, allowed: "");
        PortOutcome refused = await inner.SendAsync(port);
        (Kind(refused), inner.Requests.Count).ShouldBe(("refused", 0), "what is sent obeys the rules of addresses as well");
    }

    [Fact]
    public async Task A_server_that_never_answers_leaves_the_outcome_open()
    {
        var reached = new TaskCompletionSource();
        ways.Answer = async http =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        Task<PortOutcome> call = ways.SendAsync("slack");
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        desk.Clock.Advance(TimeSpan.FromSeconds(31));
        Kind(await call).ShouldBe("unknown");
    }

    [Fact]
    public async Task Nobody_is_called_by_a_text()
    {
        const string Text = """{"channel":"ops","text":"*Hi* <!channel> <@U1> @everyone @here & co"}""";
        await ways.SendAsync("slack", Text);
        await ways.SendAsync("discord", Text);
        Received[] got = [.. ways.Requests];
        JsonElement.Parse(got[0].Body).Text("text").ShouldBe("*Hi* &lt;!channel&gt; &lt;@U1&gt; @everyone @here &amp; co");
        JsonElement discord = JsonElement.Parse(got[1].Body);
        string content = discord.Text("content");
        content.ShouldNotContain("@everyone");
        content.ShouldNotContain("<@");
        content.ShouldContain("*Hi*");
        discord.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("slack", Ways.SlackPath)]
    [InlineData("http", Ways.Token)]
    public async Task A_secret_that_the_other_side_repeats_is_kept_nowhere(string port, string secret)
    {
        foreach (int status in new[] { 200, 400 })
        {
            ways.Answer = http =>
            {
                http.Response.StatusCode = status;
                return http.Response.WriteAsync($"you called {http.Request.Path} as {http.Request.Headers.Authorization} {new string('x', 5000)}");
            };
            PortOutcome came = await ways.SendAsync(port);
            string told = came is Performed performed ? performed.Answer! : ((Refused)came).Error;
            told.ShouldNotContain(secret);
            told.ShouldContain("***");
            told.Length.ShouldBeLessThanOrEqualTo(2000);
        }
        ways.Port(port).Describe(ways.Request(port)).ShouldNotContain(secret);
    }

    [Theory]
    [InlineData("../admin")]
    [InlineData("a/%2e%2e/%2e%2e/admin")]
    [InlineData("/admin")]
    [InlineData("//evil.example/")]
    [InlineData("a\\\\..\\\\b")]
    public void A_path_that_leads_out_of_its_service_is_refused(string path) =>
        ways.Port("http").Check($$"""{"tool":"shop","method":"POST","path":"{{path}}"}""").ShouldNotBeNull();

    [Fact]
    public async Task A_channel_of_another_tenant_is_not_written_to()
    {
        Kind(await ways.SendAsync("slack", """{"channel":"theirs","text":"x"}""")).ShouldBe("refused");
        ways.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Mail_carries_an_id_made_of_its_key_and_no_header_of_the_writers()
    {
        var sent = (await ways.SendAsync("smtp", key: "k1")).ShouldBeOfType<Performed>();
        sent.Answer.ShouldNotBeNull().ShouldContain("taken as 17");
        await ways.SendAsync("smtp", key: "k1");
        await ways.SendAsync("smtp", key: "k2");
        string[] ids = [.. ways.Mail.Messages.Select(m => m.Split('\n').Single(l => l.StartsWith("Message-Id:", StringComparison.OrdinalIgnoreCase)))];
        (ids.Length, ids[0] == ids[1], ids[0] == ids[2]).ShouldBe((3, true, false));
        foreach (string wrong in new[]
        {
            """{"to":["a@example.com"],"subject":"x\r\nBcc: all@example.com","text":"t"}""",
            """{"to":["a@example.com\r\nRCPT TO:<b@example.com>"],"subject":"x","text":"t"}""",
            """{"to":["a@example.com, b@example.com"],"subject":"x","text":"t"}""",
            """{"to":["a@example.com"],"subject":"x","text":"t","replyTo":"b@example.com\nX: y"}""",
            """{"to":[],"subject":"x","text":"t"}""",
        })
            ways.Port("smtp").Check(wrong).ShouldNotBeNull(wrong);
    }

    [Theory]
    [InlineData("GREET", "421 later", "retry")]
    [InlineData("GREET", "554 no", "refused")]
    [InlineData("GREET", "", "retry")]
    [InlineData("AUTH", "535 no", "refused")]
    [InlineData("AUTH", "454 later", "retry")]
    [InlineData("MAIL", "451 later", "retry")]
    [InlineData("RCPT", "450 later", "retry")]
    [InlineData("RCPT", "550 nobody", "refused")]
    [InlineData(".", "451 later", "retry")]
    [InlineData(".", "554 spam", "refused")]
    [InlineData(".", "", "unknown")]
    [InlineData("DATA", "", "unknown")]
    [InlineData("QUIT", "", "performed")]
    public async Task What_a_mail_server_answers_means_what_it_can_mean(string command, string answer, string outcome)
    {
        ways.Mail.Answers[command] = answer;
        PortOutcome came = await ways.SendAsync("smtp");
        Kind(came).ShouldBe(outcome, came.ToString());
        came.ToString().ShouldNotContain(Ways.Password);
    }

    [Fact]
    public async Task A_mail_server_that_is_not_there_has_performed_nothing()
    {
        ways.Mail.Dispose();
        Kind(await ways.SendAsync("smtp")).ShouldBe("retry");
    }

    [Theory]
    [InlineData("Outside:Smtp:Host", "mail.example.com", "Outside:Smtp:From")]
    [InlineData("Outside:Slack:ops:Url", "not-an-address-secret", "Outside:Slack:ops:Url")]
    [InlineData("Outside:Webhooks:crm:Secret", "too-short-secret", "Outside:Webhooks:crm:Secret")]
    [InlineData("Outside:Tools:shop:BaseUrl", "ftp://x-secret", "Outside:Tools:shop:BaseUrl")]
    public void A_setting_that_cannot_be_used_is_named_at_the_start_and_not_repeated(string key, string value, string named)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [key] = value }).Build();
        string told = Should.Throw<SettingException>(() => OutsideConfiguration.Read(configuration)).Message;
        told.ShouldContain(named);
        told.ShouldNotContain("secret", Case.Sensitive);
    }

    private static string Kind(PortOutcome outcome) => outcome switch
    {
        Performed => "performed",
        Refused { CanRetry: true } => "retry",
        Refused => "refused",
        _ => "unknown",
    };
}
