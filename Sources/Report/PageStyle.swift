/// The page's style: system fonts, two palettes that colour-blind readers can tell apart, print.
enum PageStyle {
  static let source: HTML = """
    \(palette)\(text)\(tables)\(figures)\(samples)\(print)
    """

  static let palette: HTML = """

    :root{color-scheme:light dark;--paper:#fff;--raised:#f6f7f8;--ink:#16191d;--soft:#57606a;
    --rule:#d5dae0;--grid:#e8ebee;--accent:#0b5cad;--win:11 92 173;--lose:186 74 0;
    --0:#0067a5;--1:#c2410c;--2:#00795a;--3:#9b3a7d;--4:#8a6500;--5:#2f8ac4;--6:#6b4fbb;--7:#5c5c5c}
    @media (prefers-color-scheme:dark){:root{--paper:#14171a;--raised:#1d2125;--ink:#e6e9ec;
    --soft:#a3adb7;--rule:#3a4148;--grid:#262b30;--accent:#7cbcff;--win:70 150 235;--lose:230 120 50;
    --0:#4fa3f5;--1:#ff8a5c;--2:#2dc596;--3:#e58cc4;--4:#e3b341;--5:#74d3e6;--6:#b5a1f5;--7:#b0b0b0}}
    .c0{--s:var(--0)}.c1{--s:var(--1)}.c2{--s:var(--2)}.c3{--s:var(--3)}.c4{--s:var(--4)}
    .c5{--s:var(--5)}.c6{--s:var(--6)}.c7{--s:var(--7)}.ci{--s:var(--ink)}

    """

  private static let text: HTML = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,
    "Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif}
    header,main,footer{max-width:72rem;margin:0 auto;padding:0 1.5rem}
    header{padding-top:2.5rem}
    h1{font-size:1.9rem;line-height:1.2;margin:0 0 1rem;letter-spacing:-.01em;overflow-wrap:anywhere}
    h1.run{margin:4rem 0 1rem;padding-top:1rem;border-top:3px solid var(--ink)}
    h2{font-size:1.35rem;margin:3rem 0 .75rem;padding-top:.5rem;border-top:1px solid var(--rule)}
    h3{font-size:1.05rem;margin:1.75rem 0 .5rem}
    h4{font-size:.875rem;margin:0 0 .25rem;font-weight:600}
    p,dl,ul,ol{margin:.5rem 0 1rem}
    .lead{font-size:1.05rem;max-width:50rem}
    a{color:var(--accent)}
    code,pre,.hash{font:.85em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
    code{overflow-wrap:anywhere}
    pre{background:var(--raised);border:1px solid var(--rule);padding:1rem;overflow:auto;max-height:40rem}
    small{font-size:.8em;color:var(--soft);font-weight:400}
    nav>ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:.6rem 0;margin:1.25rem 0 0;
    border-top:1px solid var(--rule);border-bottom:1px solid var(--rule);font-size:.9rem}
    nav ul ul{display:inline-flex;flex-wrap:wrap;gap:.1rem .9rem;list-style:none;padding:0 0 0 .9rem;margin:0}
    dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.35rem 1.25rem;font-size:.9rem}
    dt{color:var(--soft);overflow-wrap:anywhere}dd{margin:0;overflow-wrap:anywhere}
    .empty{color:var(--soft);font-style:italic}
    .note{font-size:.8rem;color:var(--soft);margin:.35rem 0 0}
    details.more{margin:1rem 0}
    summary{cursor:pointer}
    details.more>summary{color:var(--accent);font-size:.95rem}
    footer{margin-top:4rem;padding-top:1rem;padding-bottom:2rem;color:var(--soft);font-size:.8rem}
    :focus-visible{outline:2px solid var(--accent);outline-offset:2px}

    """

  private static let tables: HTML = """
    .table{overflow:auto;max-height:85vh;margin:1rem 0 1.5rem;border-bottom:1px solid var(--ink)}
    table{border-collapse:separate;border-spacing:0;font-size:.875rem;line-height:1.35;
    font-variant-numeric:tabular-nums lining-nums;min-width:100%}
    caption,figcaption{text-align:left;font-size:.85rem;line-height:1.5;color:var(--soft);
    padding:0 0 .6rem;max-width:56rem}
    caption>span{display:block;position:sticky;left:0;max-width:min(56rem,calc(100vw - 3rem))}
    figcaption{padding:.6rem 0 0}
    main{counter-reset:table figure}
    .table{counter-increment:table}figure{counter-increment:figure}
    .table caption>span::before{content:"Table " counter(table) ". ";color:var(--ink);font-weight:600}
    figcaption::before{content:"Figure " counter(figure) ". ";color:var(--ink);font-weight:600}
    th,td{padding:.4rem .7rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
    thead th{position:sticky;top:0;z-index:2;background:var(--paper);vertical-align:bottom;
    border-top:1px solid var(--ink);border-bottom:1px solid var(--ink);font-weight:600}
    th small,td small{display:block}
    tbody th{font-weight:600;background:var(--paper)}
    td.n{text-align:right;white-space:nowrap}
    td.n>b{font-weight:500}td.n>span{display:block;font-size:.8em;color:var(--soft)}
    td.best>b{font-weight:700}td.best>i{font-style:normal;margin-right:.25em}
    td.none{color:var(--soft)}
    th.n{text-align:right}
    tr:has(+.same)>*{border-bottom:0}
    .headline thead th:not(:first-child),.matrix thead th:not(:first-child){text-align:right}
    .headline tbody th,.matrix tbody th{position:sticky;left:0;z-index:1}
    .headline tbody th{display:flex;gap:.5rem;min-width:11rem;height:100%;border-bottom:0}
    .headline tbody th,.headline td{border-bottom:0;border-top:1px solid var(--grid)}
    .headline thead+tbody tr:first-child>*{border-top:0}
    tr.baseline>*{font-style:italic}tr.baseline td.n>b{font-weight:400}
    tr.total>*{border-top:1px solid var(--ink);font-weight:600}
    .matrix td{border:1px solid var(--paper);min-width:6.5rem}
    .matrix td.n>span{color:inherit}
    .dense{font-size:.65rem;line-height:1.2}.dense th,.dense td,.dense.matrix td{padding:.15rem .1rem;min-width:0}
    .dense tbody th{white-space:nowrap;padding-right:.6rem}
    .dense td.n>b{font-weight:700}.dense td>small{display:inline;font-size:1em}
    .self{background:repeating-linear-gradient(135deg,var(--grid) 0 1px,transparent 1px 7px)}
    .w0{background:rgb(var(--lose)/.5)}.w1{background:rgb(var(--lose)/.4)}.w2{background:rgb(var(--lose)/.3)}
    .w3{background:rgb(var(--lose)/.2)}.w4{background:rgb(var(--lose)/.1)}.w6{background:rgb(var(--win)/.1)}
    .w7{background:rgb(var(--win)/.2)}.w8{background:rgb(var(--win)/.3)}.w9{background:rgb(var(--win)/.4)}
    .w10{background:rgb(var(--win)/.5)}
    .all td{padding:.2rem .6rem;white-space:nowrap}
    .notes{font-size:.8rem;color:var(--soft)}
    .facts{font-size:.75rem;margin:.4rem 0 0}.facts th,.facts td{padding:.15rem .4rem}
    .facts thead th{position:static;text-align:right;vertical-align:bottom}
    .facts thead th:first-child{text-align:left}
    .facts tbody th{font-weight:400;white-space:nowrap}.facts .key{width:26px}

    """

  private static let figures: HTML = """
    figure{margin:1rem 0 2rem}
    .plot{overflow-x:auto}.plot>svg{min-width:44rem}
    svg{display:block;width:100%;height:auto;overflow:visible}
    svg svg{overflow:hidden}
    svg text{font-size:12px;fill:var(--soft);font-variant-numeric:tabular-nums}
    .tx text{text-anchor:middle}.ty text{text-anchor:end}
    svg .at{fill:var(--ink);font-size:12.5px;text-anchor:middle}
        svg .bn{text-anchor:end;fill:var(--ink);font-size:11px;paint-order:stroke;stroke:var(--paper);
    stroke-width:3px}
    svg .r{text-anchor:start}
    svg .num{font-size:10px;fill:var(--s);paint-order:stroke;stroke:var(--paper);stroke-width:2.5px}
    .gr{stroke:var(--grid);fill:none}.ax{stroke:var(--soft);fill:none}
    .l{stroke:var(--s);fill:none;stroke-width:1.8;stroke-linejoin:round}
    .thin{stroke-width:1.2;opacity:.75}.thick{stroke-width:2.8}
    .d1{stroke-dasharray:7 3}.d2{stroke-dasharray:2 2.5}.d3{stroke-dasharray:9 3 2 3}
    .d4{stroke-dasharray:4 2}.d5{stroke-dasharray:12 3 2 2 2 3}
    .ref{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 4}
    .doubt{stroke-dasharray:1 4;stroke-width:1.4;stroke-linecap:round}
    .m{fill:var(--s);stroke:var(--paper);stroke-width:1}
    .h{fill:var(--paper);stroke:var(--s);stroke-width:1.8}
    .e{stroke:var(--s);fill:none;stroke-width:1.4}.weak{stroke-width:.8;opacity:.35}
    .band{fill:var(--s);opacity:.14}.area{fill:var(--soft);opacity:.18}
    .dots{stroke:var(--s);fill:none;stroke-width:5;stroke-linecap:round;opacity:.7}
    .worse{stroke:var(--ink);fill:none;stroke-width:1.5}
    .legend{display:flex;flex-wrap:wrap;gap:.15rem 1.25rem;list-style:none;padding:0;margin:0 0 .5rem;
    font-size:.85rem}
    .legend+.legend{margin-top:-.4rem}
    .legend li{display:flex;align-items:center;gap:.45rem}
    .key{display:inline-block;width:38px;height:14px;flex:none;vertical-align:-2px;margin-right:.3rem}
    .headline .key{margin:.15rem 0 0}
    .panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr));gap:1.5rem 1.75rem}
    .panel{min-width:0}
    .panels.small{grid-template-columns:repeat(auto-fill,minmax(min(12.5rem,100%),1fr));gap:1rem 1.25rem}
    .densities{border-top:1px solid var(--rule);padding:.75rem 0 .25rem;margin-top:.75rem}
    .densities h3{margin:.25rem 0}.densities .quote{max-width:56rem;margin:.15rem 0 .6rem}.densities h4{font-size:.8rem;margin:0 0 .15rem;font-weight:600}
    .densities .more{margin:.5rem 0 0}
    .hatch{stroke:var(--soft);stroke-width:.8;opacity:.4;fill:none}
    .panels:has(table){grid-template-columns:repeat(auto-fill,minmax(min(30rem,100%),1fr))}
    .quote{font-size:.8rem;color:var(--soft);margin:.3rem 0;white-space:pre-wrap;overflow-wrap:anywhere}

    """

  private static let samples: HTML = """
    .tools{font-size:.875rem;display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center}
    .tools[hidden]{display:none}
    input,select,button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--rule);
    border-radius:4px;padding:.2rem .5rem}
    button{background:var(--raised);cursor:pointer}
    .sample{border-top:1px solid var(--rule);padding:.45rem 0}
    .sample[open]{padding-bottom:1.5rem}
    .open{margin-left:.5rem;overflow-wrap:anywhere}
    .sums{display:block;margin-left:1.1rem;font-size:.78rem;color:var(--soft);font-variant-numeric:tabular-nums}
    .sums>span{white-space:nowrap;margin-right:.8rem}
    .prompt,.voice p{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate;contain:paint}
    .prompt{background:var(--raised);border-left:3px solid var(--rule);padding:.6rem .9rem;margin:.6rem 0 1rem;
    font-size:.9rem}
    .voices{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(17rem,100%),1fr));gap:1.25rem 1.5rem}
    .voice{min-width:0}
    .voice ol{list-style:none;padding:0;margin:0}
    .voice li{border-top:1px solid var(--grid);padding:.4rem 0}
    .voice p{margin:.15rem 0 0;font-size:.875rem;line-height:1.45}
    .voice small{font-variant-numeric:tabular-nums}
    .cut{color:var(--soft)}

    """

  private static let print: HTML = """
    @media print{body{font-size:10pt}header,main,footer{max-width:none;padding:0}nav,.tools{display:none}
    .table,pre{max-height:none;overflow:visible}thead th,.headline tbody th,.matrix tbody th{position:static}
    figure,.panel,tr{break-inside:avoid}h2,h3{break-after:avoid}.panels{grid-template-columns:1fr 1fr}
    *{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
    @media (max-width:40rem){header,main,footer{padding-left:1rem;padding-right:1rem}
    dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}

    """
}
