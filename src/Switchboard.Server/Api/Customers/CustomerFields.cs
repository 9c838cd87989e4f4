using System.Net.Mail;

namespace Switchboard.Server.Api.Customers;

/// <summary>What the fields of customers and their people must look like. What is wrong is collected, so that a caller mends all of it at once.</summary>
internal sealed class CustomerFields
{
    private const int mostEmail = 254;
    private readonly List<(string Field, string Message)> errors = [];

    /// <summary>What is wrong; null when nothing is.</summary>
    public IResult? Problem => errors.Count == 0 ? null : Problems.Invalid([.. errors]);

    /// <summary>A text of one line that must be there.</summary>
    public void Must(string field, string? value, int most)
    {
        if (value is null || value.Trim().Length == 0) errors.Add((field, $"has 1 to {most} characters"));
        else Line(field, value, most);
    }

    /// <summary>A text of one line that may be missing.</summary>
    public void Line(string field, string? value, int most)
    {
        if (value is not null && (value.Trim().Length == 0 || value.Length > most || value.Any(char.IsControl))) errors.Add((field, $"is one line of 1 to {most} characters"));
    }

    /// <summary>A text of many lines that must be there.</summary>
    public void Text(string field, string? value, int most)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > most || value.Contains('\0')) errors.Add((field, $"has 1 to {most} characters"));
    }

    /// <summary>ISO 3166 code of a country.</summary>
    public void Country(string field, string? value)
    {
        if (value is not null && (value.Length != 2 || !value.All(char.IsAsciiLetterUpper))) errors.Add((field, "is a code of two capital letters such as CH"));
    }

    /// <summary>BCP 47 tag of a language.</summary>
    public void Language(string field, string? value)
    {
        if (value is not null && (value.Length is < 2 or > 35 || !value.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))) errors.Add((field, "is a tag such as en or pt-BR"));
    }

    /// <summary>IANA name of a time zone.</summary>
    public void TimeZone(string field, string? value)
    {
        if (value is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(value, out _)) errors.Add((field, "is the name of a time zone such as Europe/Zurich"));
    }

    /// <summary>An address of e-mail that must be there, in the form it is stored in.</summary>
    public string Email(string field, string? value)
    {
        string trimmed = value?.Trim() ?? "";
        if (trimmed.Length is > 0 and <= mostEmail && !trimmed.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) && MailAddress.TryCreate(trimmed, out MailAddress? address) && address.Address == trimmed)
            return $"{address.User}@{address.Host.ToLowerInvariant()}";
        errors.Add((field, "is an address such as ada@example.com"));
        return "";
    }

    /// <summary>Something that must hold.</summary>
    public void Require(bool holds, string field, string message)
    {
        if (!holds) errors.Add((field, message));
    }

    /// <summary>Labels of the staff.</summary>
    public void Tags(string field, IReadOnlyList<string>? tags)
    {
        const int most = 30, longest = 60;
        if (tags is not null && (tags.Count > most || tags.Any(t => t is null || t.Trim().Length is 0 or > longest))) errors.Add((field, $"are at most {most} of 1 to {longest} characters"));
    }

    /// <summary>What the tenant keeps of its own.</summary>
    public void Attributes(string field, IReadOnlyDictionary<string, string>? attributes)
    {
        const int most = 50, longestName = 60, longest = 500;
        if (attributes is not null && (attributes.Count > most || attributes.Any(a => a.Key.Trim().Length is 0 or > longestName || a.Value is not { Length: <= longest }))) errors.Add((field, $"are at most {most} texts of at most {longest} characters, with names of 1 to {longestName}"));
    }
}
