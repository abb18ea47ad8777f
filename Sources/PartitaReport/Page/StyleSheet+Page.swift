extension StyleSheet {
  /// What a page needs beside its pictures.
  static let page = """
    :root{color-scheme:light dark}
    body{margin:0;background:#ffffff;color:#1f2328;\
    font:16px/1.55 system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif}
    main{max-width:1100px;margin:0 auto;padding:40px 24px 72px}
    h1{font-size:30px;line-height:1.25;letter-spacing:-.015em;font-weight:650;margin:4px 0 16px;\
    max-width:34em;text-wrap:balance}
    h2{font-size:20px;font-weight:650;margin:0 0 12px}
    section{margin-top:44px;border-top:1px solid #e1e5e9;padding-top:24px}
    .kicker{margin:0;font-size:13px;font-weight:600;letter-spacing:.06em;text-transform:uppercase;\
    color:#59636e}
    .lead{margin:0 0 8px;max-width:46em;color:#424a53}
    .note{margin:10px 0;font-size:14px;color:#59636e;max-width:52em}
    .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));\
    gap:20px;margin:28px 0 16px}
    figure{margin:0;overflow-x:auto}
    svg.p{display:block;max-width:100%;height:auto}
    section>figure>svg.p{min-width:820px}
    .wide{overflow-x:auto;margin:12px 0}
    table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
    th,td{padding:7px 20px 7px 0;text-align:left;border-bottom:1px solid #e1e5e9;\
    white-space:nowrap;vertical-align:top}
    th{font-weight:600;color:#59636e;font-size:13px}
    .n{text-align:right}
    summary{cursor:pointer;font-size:14px;color:#59636e;margin:10px 0}
    pre{overflow-x:auto;background:#f3f5f7;border-radius:6px;padding:12px 14px;font-size:13.5px;\
    line-height:1.5}
    dl{margin:0;max-width:54em}
    dt{font-weight:600;margin-top:14px}dd{margin:2px 0 0;color:#424a53}
    @media (prefers-color-scheme:dark){
    body{background:#14181d;color:#e6edf3}
    section,th,td{border-color:#2a3138}
    .kicker,.note,th,summary{color:#9da7b1}.lead,dd{color:#c4ccd4}pre{background:#1d232a}
    }
    @media print{
    @page{margin:14mm}
    :root{color-scheme:light}
    body{background:#ffffff;color:#1f2328;font-size:11pt}
    main{max-width:none;padding:0}
    h1{font-size:20pt}h2{font-size:14pt}h1,h2,summary,dt{break-after:avoid}
    section,th,td{border-color:#c9d1d9}
    .kicker,.note,th,summary{color:#424a53}.lead,dd{color:#1f2328}
    figure,tr,pre,.pair{break-inside:avoid}
    thead{display:table-header-group}
    figure,.wide,pre{overflow:visible}
    section>figure>svg.p{min-width:0}
    .pair{grid-template-columns:1fr 1fr}
    table,th{font-size:8pt}
    th,td{padding:4px 9px 4px 0;white-space:normal}
    .n{white-space:nowrap}
    pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f3f5f7}
    }

    """
}
