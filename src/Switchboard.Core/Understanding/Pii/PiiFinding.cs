namespace Switchboard.Core.Understanding.Pii;

/// <summary>Personal data found in a text. The value itself is not kept: a finding may be shown, logged and stored.</summary>
/// <param name="Kind">See <see cref="PiiKinds"/>.</param>
/// <param name="Start">First character, in UTF-16 units.</param>
/// <param name="End">One past the last character, in UTF-16 units.</param>
/// <param name="Confidence">0..1; see <see cref="PiiDetector"/>.</param>
/// <param name="Validator">The check that holds: <c>luhn</c>, <c>mod97</c>, <c>context</c>, <c>form</c> …</param>
public sealed record PiiFinding(string Kind, int Start, int End, double Confidence, string Validator);

/// <summary>The kinds of personal data.</summary>
public static class PiiKinds
{
    /// <summary>A payment card number.</summary>
    public const string Card = "card";

    /// <summary>An international bank account number.</summary>
    public const string Iban = "iban";

    /// <summary>A US social security number.</summary>
    public const string Ssn = "ssn";

    /// <summary>A national identity or tax number with a checksum.</summary>
    public const string NationalId = "national_id";

    /// <summary>An e-mail address.</summary>
    public const string Email = "email";

    /// <summary>A telephone number.</summary>
    public const string Phone = "phone";

    /// <summary>An IPv4 or IPv6 address.</summary>
    public const string Ip = "ip";

    /// <summary>A hardware address.</summary>
    public const string Mac = "mac";

    /// <summary>A person's name.</summary>
    public const string Name = "name";

    /// <summary>A postal address or a part of one.</summary>
    public const string Address = "address";

    /// <summary>A date of birth.</summary>
    public const string BirthDate = "birth_date";

    /// <summary>A passport number.</summary>
    public const string Passport = "passport";

    /// <summary>A driving licence number.</summary>
    public const string DrivingLicence = "driving_licence";

    /// <summary>A password.</summary>
    public const string Password = "password";

    /// <summary>A one-time code, a card's security code, a PIN.</summary>
    public const string Code = "code";
}
