using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;

namespace Switchboard.Server.Tests.Identity;

/// <summary>A fresh installation as it is without settings.</summary>
public sealed class RegistrationTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Of_strangers_who_register_at_once_one_becomes_the_owner_and_no_mailbox_is_there()
    {
        const string Password = "Correct horse battery 7";
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => server.Anonymous().PostAsJsonAsync("/api/v1/auth/register", new { tenant = $"tenant{i}", email = "ada@example.com", name = "Ada", password = Password })));
        answers.Count(a => a.StatusCode == HttpStatusCode.Forbidden).ShouldBe(3);
        int first = Array.FindIndex(answers, a => a.StatusCode == HttpStatusCode.Created);
        (await answers[first].JsonAsync(201)).GetProperty("verificationSent").GetBoolean().ShouldBeFalse();
        // Who names no tenant means the only one there is besides the demonstration's. Where no mail can be sent, nobody waits for one.
        await (await server.Anonymous().PostAsJsonAsync("/api/v1/auth/login", new { email = "ada@example.com", password = Password })).JsonAsync(200);

        // The time of a refusal does not tell who has an account.
        foreach (string email in new[] { "ada@example.com", "nobody@example.com" })
        {
            long began = Stopwatch.GetTimestamp();
            await (await server.Anonymous().PostAsJsonAsync("/api/v1/auth/login", new { tenant = $"tenant{first}", email, password = "wrong" })).ProblemAsync(401, "invalid_credentials");
            Stopwatch.GetElapsedTime(began).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(290));
        }

        ((int)(await server.Anonymous().GetAsync("/dev/mailbox")).StatusCode).ShouldBe(404);
        await (await server.Owner().PostAsJsonAsync("/api/v1/users/invite", new { email = "x@example.com", name = "X", role = "support" })).ProblemAsync(409, "no_mail");
    }
}
