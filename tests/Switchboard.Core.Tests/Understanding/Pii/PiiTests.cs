using Switchboard.Core.Understanding.Pii;

namespace Switchboard.Core.Tests.Understanding.Pii;

public sealed class PiiTests
{
    [Theory]
    [InlineData("4539148803436467", true)]
    [InlineData("4539148803436468", false)]
    [InlineData("378282246310005", true)]
    [InlineData("9999999999999995", false)]
    public void A_card_needs_an_issuers_prefix_and_luhn(string digits, bool valid) => Checksums.Card(digits).ShouldBe(valid);

    [Theory]
    [InlineData("GB82WEST12345698765432", true)]
    [InlineData("DE89370400440532013000", true)]
    [InlineData("DE89370400440532013001", false)]
    [InlineData("GB82WEST1234569876543", false)]
    [InlineData("ZZ82WEST12345698765432", false)]
    public void An_iban_needs_its_countrys_length_and_mod_97(string iban, bool valid) => Checksums.Iban(iban).ShouldBe(valid);

    [Fact]
    public void National_numbers_need_their_checks()
    {
        Checksums.Bsn("111222333").ShouldBeTrue();
        Checksums.Bsn("111222334").ShouldBeFalse();
        Checksums.GermanTaxId("86095742719").ShouldBeTrue();
        Checksums.GermanTaxId("86095742718").ShouldBeFalse();
        Checksums.SpanishId("12345678Z").ShouldBeTrue();
        Checksums.SpanishId("X1234567L").ShouldBeTrue();
        Checksums.SpanishId("12345678A").ShouldBeFalse();
        Checksums.Cpf("11144477735").ShouldBeTrue();
        Checksums.Cpf("11144477734").ShouldBeFalse();
        Checksums.Cpf("11111111111").ShouldBeFalse();
        Checksums.Pesel("44051401359").ShouldBeTrue();
        Checksums.Pesel("44051401358").ShouldBeFalse();
        Checksums.CodiceFiscale("RSSMRA85T10A562S").ShouldBeTrue();
        Checksums.CodiceFiscale("RSSMRA85T10A562T").ShouldBeFalse();
        Checksums.FrenchNir("255081416802538").ShouldBeTrue();
        Checksums.FrenchNir("255081416802539").ShouldBeFalse();
        Checksums.Ssn("078051120").ShouldBeTrue();
        Checksums.Ssn("666051120").ShouldBeFalse();
        Checksums.Ssn("078001120").ShouldBeFalse();
    }

    [Fact]
    public void A_message_for_a_model_is_redacted_and_a_number_that_fails_its_check_stays()
    {
        const string text = "Hi, I'm Ana Ruiz, card 4539 1488 0343 6467, IBAN GB82 WEST 1234 5698 7654 32, order 4539148803436468.";
        IReadOnlyList<PiiFinding> found = PiiDetector.Find(text);
        found.Select(f => (f.Kind, f.Start, f.End)).ShouldBe([(PiiKinds.Name, 8, 16), (PiiKinds.Card, 23, 42), (PiiKinds.Iban, 49, 76)]);
        found.Select(f => f.Confidence).ShouldBe([0.8, 0.99, 0.99]);
        new PiiRedactor().Redact(text, found).ShouldBe("Hi, I'm [NAME_1], card [CARD_1], IBAN [IBAN_1], order 4539148803436468.");
    }

    [Fact]
    public void The_same_value_keeps_its_placeholder_through_a_conversation()
    {
        var redactor = new PiiRedactor();
        string Redact(string text) => redactor.Redact(text, PiiDetector.Find(text));
        Redact("write to a@example.com or b@example.com").ShouldBe("write to [EMAIL_1] or [EMAIL_2]");
        Redact("I said b@example.com").ShouldBe("I said [EMAIL_2]");
        Redact("card 4539148803436467").ShouldBe("card [CARD_1]");
        Redact("card 4539-1488-0343-6467").ShouldBe("card [CARD_1]");
    }

    [Theory]
    [InlineData("card 4539 1488 0343 6467!", "card 0000 0000 0000 6467!")]
    [InlineData("to Ana.Ruiz@Example.com", "to Xxx.Xxxx@Xxxxxxx.xxx")]
    [InlineData("call +49 30 901820 now", "call +00 00 000000 now")]
    public void Masking_keeps_form_and_length(string text, string masked)
    {
        string result = PiiRedactor.Mask(text, PiiDetector.Find(text));
        result.ShouldBe(masked);
        result.Length.ShouldBe(text.Length);
    }

    [Theory]
    [InlineData("born on 12 May 1980", PiiKinds.BirthDate)]
    [InlineData("my passport number is C01X00T47", PiiKinds.Passport)]
    [InlineData("my driver's license number is D1234567", PiiKinds.DrivingLicence)]
    [InlineData("the password is Hunter2!", PiiKinds.Password)]
    [InlineData("my cvv is 123", PiiKinds.Code)]
    [InlineData("my SSN is 078-05-1120", PiiKinds.Ssn)]
    [InlineData("mijn BSN is 111222333", PiiKinds.NationalId)]
    [InlineData("from 203.0.113.7", PiiKinds.Ip)]
    [InlineData("at 2001:db8::8a2e:370:7334", PiiKinds.Ip)]
    [InlineData("mac 00:1b:44:11:3a:b7", PiiKinds.Mac)]
    [InlineData("call me on 030 901820", PiiKinds.Phone)]
    [InlineData("phone (415) 555-2671 x12", PiiKinds.Phone)]
    [InlineData("I live at 221 Baker Street, London", PiiKinds.Address)]
    [InlineData("Ich wohne in der Hauptstraße 12", PiiKinds.Address)]
    [InlineData("Regards, Siobhan Murphy", PiiKinds.Name)]
    [InlineData("Sehr geehrte Frau Krüger", PiiKinds.Name)]
    public void Each_kind_is_found(string text, string kind) => PiiDetector.Find(text).Select(f => f.Kind).ShouldBe([kind]);

    [Theory]
    [InlineData("INV-2026-00042 was paid on 2026-11-20")]
    [InlineData("version 10.0.401.2 fails with error 500")]
    [InlineData("my order number 0190 4711 88")]
    [InlineData("id 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")]
    [InlineData("I paid 1.234.567,00 for it")]
    [InlineData("The Pro Plan is what May be right for Us On Monday")]
    [InlineData("Will Google Drive work in Paris?")]
    [InlineData("Saturday, 12:30 to 13:45")]
    [InlineData("How do I reset my password?")]
    public void What_is_no_personal_data_is_left_alone(string text) => PiiDetector.Find(text).ShouldBeEmpty();

    [Fact]
    public void A_known_name_is_found_wherever_it_stands()
    {
        PiiDetector.Find("please tell zyx qwertz about it", ["Zyx Qwertz"]).ShouldHaveSingleItem().Confidence.ShouldBe(0.99);
        PiiDetector.Find("please tell zyx qwertz about it").ShouldBeEmpty();
    }

    [Fact]
    public void A_finding_does_not_hold_the_value() =>
        Json.Write(PiiDetector.Find("card 4539148803436467")).ShouldNotContain("4539");
}
