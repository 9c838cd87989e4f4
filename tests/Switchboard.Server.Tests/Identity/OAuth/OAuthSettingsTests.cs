using Microsoft.Extensions.Configuration;
using Switchboard.Domain.Identity;
using Switchboard.Server.Auth;
using Switchboard.Server.Auth.OAuth;
using Switchboard.Server.Hosting;

namespace Switchboard.Server.Tests.Identity.OAuth;

public sealed class OAuthSettingsTests
{
    private static readonly string[] good =
    [
        "BaseUrl=https://desk.example", "OAuth:Google:ClientId=g", "OAuth:Google:ClientSecret=g-secret", "OAuth:Google:Tenant=birch", "OAuth:Google:Domains=Birch.example, birch.org", "OAuth:Google:JoinAs=read_only",
        "OAuth:GitHub:ClientId=h", "OAuth:GitHub:ClientSecret=h-secret",
        "OAuth:Oidc:ClientId=o", "OAuth:Oidc:ClientSecret=o-secret", "OAuth:Oidc:Issuer=https://login.example.com/realms/desk", "OAuth:Oidc:Label=Company", "OAuth:Oidc:TrustsEmail=true",
    ];

    [Fact]
    public void All_three_are_set_up_by_what_the_provider_gave()
    {
        IdentitySettings settings = Read(good);
        OAuthProvider google = Of("google"), gitHub = Of("github"), own = Of("oidc");
        (google.IssuerText, google.Label, google.Tenant, google.JoinAs).ShouldBe(("https://accounts.google.com", "Google", "birch", Role.ReadOnly));
        google.Domains.ShouldBe(["birch.example", "birch.org"]);
        (gitHub.IssuerText, gitHub.Api!.AbsoluteUri, gitHub.JoinAs, gitHub.Tenant).ShouldBe(("https://github.com", "https://api.github.com/", null, null));
        (own.IssuerText, own.Label, own.TrustsEmail, own.ClientSecret).ShouldBe(("https://login.example.com/realms/desk", "Company", true, "o-secret"));
        string.Concat(settings.Providers.Select(p => p.ToString())).ShouldNotContain("secret");
        Read("OAuth:GitHub:ClientId=h", "OAuth:GitHub:ClientSecret=s", "OAuth:GitHub:BaseUrl=https://git.example.com", "BaseUrl=https://desk.example").Providers.Single().Api!.AbsoluteUri.ShouldBe("https://git.example.com/api/v3");
        Read().Providers.ShouldBeEmpty();

        OAuthProvider Of(string name) => settings.Providers.Single(p => p.Name == name);
    }

    [Theory]
    [InlineData("BaseUrl=", "Identity:BaseUrl", "is needed")]
    [InlineData("BaseUrl=http://desk.example", "Identity:BaseUrl", "https")]
    [InlineData("OAuth:Facebook:ClientId=x", "Identity:OAuth:Facebook", "Google, GitHub and Oidc")]
    [InlineData("OAuth:Google:ClientId=", "Identity:OAuth:Google:ClientId", "is needed")]
    [InlineData("OAuth:Google:ClientSecret=", "Identity:OAuth:Google:ClientSecret", "is needed")]
    [InlineData("OAuth:Google:Domain=birch.example", "Identity:OAuth:Google:Domain", "is no setting")]
    [InlineData("OAuth:Google:Issuer=https://evil.example", "Identity:OAuth:Google:Issuer", "is no setting")]
    [InlineData("OAuth:Google:Domains=", "Identity:OAuth:Google:Domains", "is needed with JoinAs")]
    [InlineData("OAuth:Google:Domains=@birch.example", "Identity:OAuth:Google:Domains", "domains of mail addresses")]
    [InlineData("OAuth:Google:Tenant=", "Identity:OAuth:Google:Tenant", "is needed with JoinAs")]
    [InlineData("OAuth:Google:Tenant=Birch!", "Identity:OAuth:Google:Tenant", "names no tenant")]
    [InlineData("OAuth:Google:JoinAs=owner", "Identity:OAuth:Google:JoinAs", "admin, lead")]
    [InlineData("OAuth:Oidc:Issuer=", "Identity:OAuth:Oidc:Issuer", "https")]
    [InlineData("OAuth:Oidc:Issuer=http://login.example.com", "Identity:OAuth:Oidc:Issuer", "https")]
    [InlineData("OAuth:Oidc:Issuer=https://me:a-secret@login.example.com", "Identity:OAuth:Oidc:Issuer", "https")]
    [InlineData("OAuth:Oidc:TrustsEmail=perhaps", "Identity:OAuth:Oidc:TrustsEmail", "true or false")]
    public void What_cannot_be_used_is_told_by_its_key_and_how_to_mend_it_and_no_secret(string change, string key, string how)
    {
        string told = Should.Throw<SettingException>(() => Read([.. good, change])).Message;
        told.ShouldStartWith(key + " (");
        told.ShouldContain(how);
        told.ShouldNotContain("-secret");
    }

    private static IdentitySettings Read(params string[] settings)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (string[] pair in settings.Select(s => s.Split('=', 2))) values["Identity:" + pair[0]] = pair[1];
        return IdentityConfiguration.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }
}
