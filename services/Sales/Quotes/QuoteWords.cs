using System.Globalization;
using CrmSuite.Contracts;

namespace CrmSuite.Sales.Quotes;

/// <summary>
/// The words of a printed quote in one language, and how numbers and days are written in it. They are part of what is hashed: a change of them is another
/// layout. So nothing here asks the machine's own tables of cultures, which change with its libraries.
/// </summary>
sealed record QuoteWords(
    string Quote, string Version, string Date, string ValidUntil, string To, string Product, string Quantity, string Price, string Discount, string Amount,
    string Sum, string WholeDiscount, string Net, string Tax, string Of, string Total, char Group, char Point, string Day)
{
    static readonly SortedDictionary<string, QuoteWords> ByLanguage = new(StringComparer.Ordinal)
    {
        ["de"] = new("Angebot", "Version", "Datum", "Gültig bis", "An", "Produkt", "Menge", "Preis", "Rabatt", "Betrag", "Summe", "Rabatt auf das Ganze",
            "Netto", "Umsatzsteuer", "auf", "Gesamtbetrag", '.', ',', "dd.MM.yyyy"),
        ["en"] = new("Quote", "Version", "Date", "Valid until", "To", "Product", "Quantity", "Price", "Discount", "Amount", "Sum", "Discount on the whole",
            "Net", "Tax", "of", "Total", ',', '.', "d MMMM yyyy"),
        ["lv"] = new("Piedāvājums", "Versija", "Datums", "Derīgs līdz", "Saņēmējs", "Prece", "Daudzums", "Cena", "Atlaide", "Summa", "Kopā",
            "Atlaide visam piedāvājumam", "Summa bez nodokļiem", "Nodoklis", "no", "Apmaksai kopā", '\u00a0', ',', "dd.MM.yyyy."),
        ["ru"] = new("Коммерческое предложение", "Версия", "Дата", "Действительно до", "Получатель", "Товар", "Количество", "Цена", "Скидка", "Сумма", "Всего",
            "Скидка на всё предложение", "Сумма без налога", "Налог", "от", "Итого к оплате", '\u00a0', ',', "dd.MM.yyyy"),
        ["zh"] = new("报价单", "版本", "日期", "有效期至", "收件人", "产品", "数量", "价格", "折扣", "金额", "小计", "整单折扣", "不含税金额", "税", "基数", "应付总额", ',', '.',
            "yyyy年M月d日"),
    };

    /// <summary>The languages that there are words of.</summary>
    public static IReadOnlyCollection<string> Languages => ByLanguage.Keys;

    /// <summary>The words of a language.</summary>
    public static QuoteWords In(string language) => ByLanguage[language];

    /// <summary>An amount with the decimals of its currency, and the currency.</summary>
    public string Text(Money money) => $"{Number(money.Minor, Money.Exponent(money.Currency))} {money.Currency}";

    /// <summary>Thousandths, without zeros that say nothing.</summary>
    public string Thousandths(long quantity) => Short(quantity, 3);

    /// <summary>Basis points as per cent.</summary>
    public string Percent(int bp) => $"{Short(bp, 2)} %";

    /// <summary>A day.</summary>
    public string On(DateOnly day) => day.ToString(Day, CultureInfo.InvariantCulture);

    string Short(long scaled, int decimals)
    {
        while (decimals > 0 && scaled % 10 == 0)
        {
            (scaled, decimals) = (scaled / 10, decimals - 1);
        }

        return Number(scaled, decimals);
    }

    string Number(long scaled, int decimals)
    {
        var digits = Math.Abs(scaled).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var (whole, rest) = (digits[..^decimals], digits[^decimals..]);
        for (var at = whole.Length - 3; at > 0; at -= 3)
        {
            whole = whole.Insert(at, Group.ToString());
        }

        return $"{(scaled < 0 ? "-" : "")}{whole}{(decimals == 0 ? "" : Point + rest)}";
    }
}
