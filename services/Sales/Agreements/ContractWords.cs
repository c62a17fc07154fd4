namespace CrmSuite.Sales.Agreements;

/// <summary>The words of a printed contract in one language. They are part of what is hashed: a change of them is another layout.</summary>
sealed record ContractWords(string Contract, string Value, string Term, string NoEnd, string Notice, string Days, string Parties, string LockIn, string Signature)
{
    static readonly Dictionary<string, ContractWords> ByLanguage = new()
    {
        ["de"] = new("Vertrag", "Wert ohne Steuer", "Laufzeit", "unbefristet", "Kündigung vor dem Ende", "Tage", "Parteien", "bindet Sie an uns",
            "Datum und Unterschrift"),
        ["en"] = new("Contract", "Value, net of tax", "Term", "without an end", "Notice before the end", "days", "Parties", "binds you to us", "Date and signature"),
        ["lv"] = new("Līgums", "Vērtība bez nodokļiem", "Termiņš", "bez beigu datuma", "Uzteikums pirms beigām", "dienas", "Puses", "saista jūs ar mums",
            "Datums un paraksts"),
        ["ru"] = new("Договор", "Стоимость без налога", "Срок", "бессрочно", "Уведомление до окончания", "дн.", "Стороны", "обязывает вас", "Дата и подпись"),
        ["zh"] = new("合同", "不含税金额", "期限", "无固定期限", "到期前通知", "天", "各方", "对您有约束", "日期和签名"),
    };

    /// <summary>The words of a language.</summary>
    public static ContractWords In(string language) => ByLanguage[language];
}
