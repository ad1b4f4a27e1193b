/// The style of ``AnnotationPage``: two columns where there is room, the choice always in sight.
enum AnnotationPageStyle {
  static let source: HTML = """
    *{box-sizing:border-box}
    [hidden]{display:none!important}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,
    "Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif}
    #work{display:flex;flex-direction:column;min-height:100vh;min-height:100dvh}
    #work main{flex:1;width:100%}
    h1{font-size:1.25rem;line-height:1.25;margin:.25rem 0 .75rem;letter-spacing:-.01em}
    #start h1{font-size:1.9rem;margin-top:2.5rem}
    h2,summary{font-size:.8rem;font-weight:600;margin:0 0 .25rem;color:var(--soft);
    text-transform:uppercase;letter-spacing:.04em}
    summary{cursor:pointer}
    main{max-width:76rem;margin:0 auto;padding:.75rem 1.5rem 1.5rem}
    #start{max-width:44rem}
    .soft,#person{color:var(--soft)}.soft{font-size:.875rem}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.25rem;margin:.5rem 0 1.5rem}
    dt{font-weight:600}dd{margin:0}
    code,kbd{font:.85em ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
    kbd{border:1px solid var(--rule);border-bottom-width:2px;border-radius:4px;padding:0 .35em;
    background:var(--paper);color:var(--soft);white-space:nowrap}
    label{display:inline-block}
    #start label{display:block;font-weight:600;margin:1rem 0 .25rem}
    input,textarea,button{font:inherit;color:inherit;background:var(--paper);
    border:1px solid var(--control);border-radius:6px;padding:.35rem .7rem}
    :root{--control:#7d8790}
    @media (prefers-color-scheme:dark){:root{--control:#7a858f}}
    input[type=checkbox]{accent-color:var(--accent);vertical-align:-1px}
    input[type=file]{max-width:100%}
    button{background:var(--raised);cursor:pointer;min-height:2.5rem}
    button:disabled{color:var(--soft);cursor:default;opacity:.6}
    button.main{background:var(--accent);border-color:var(--accent);color:var(--paper);font-weight:600}
    button.main kbd{background:transparent;border-color:currentColor;color:inherit}
    :focus-visible{outline:3px solid var(--accent);outline-offset:2px}
    h1:focus{outline:none}
    #kept button{margin:0 .5rem .5rem 0}
    .notice{border:2px solid var(--ink);border-radius:6px;padding:.6rem .9rem;margin:1rem auto;
    max-width:73rem;background:var(--raised)}
    .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);margin:0}
    header{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center;padding:.5rem 1.5rem;
    border-bottom:1px solid var(--rule);font-size:.9rem}
    header p{margin:0}header label{margin-left:auto}
    progress{flex:1 1 8rem;max-width:26rem;height:.6rem;accent-color:var(--accent)}
    .text{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate;max-width:80ch}
    .empty{color:var(--soft);font-style:italic}
    .prompt,#reference{border-left:4px solid var(--rule);padding:.1rem 0 .1rem .9rem;margin:0 0 1rem}
    #reference{border-left-style:dotted}
    .answers{display:grid;grid-template-columns:1fr 1fr;gap:1.25rem;margin:1rem 0}
    .answers section{border:1px solid var(--rule);border-radius:8px;padding:.75rem 1rem;min-width:0;
    background:var(--raised)}
    .answers section.chosen{border:3px solid var(--accent);padding:calc(.75rem - 2px) calc(1rem - 2px)}
    .answers h2{color:var(--ink);font-size:.95rem;text-transform:none;letter-spacing:0}
    .answers .chosen h2::after{content:" ✓ better"}
    #criteria{margin:1.25rem 0 .5rem}
    .row{display:grid;grid-template-columns:minmax(8rem,12rem) minmax(0,30rem);gap:.25rem 1rem;
    align-items:center;padding:.2rem 0}
    .choice{display:grid;grid-template-columns:1fr 1fr 1fr;gap:.4rem}
    .choice button{padding:.3rem .4rem}
    .choice button[aria-pressed=true]{background:var(--ink);border-color:var(--ink);color:var(--paper);
    font-weight:700}
    .choice button[aria-pressed=true]::before{content:"✓ "}
    .choice button[aria-pressed=true] kbd{background:transparent;color:inherit;border-color:currentColor}
    .row button{font-size:.875rem;min-height:2.1rem}
    .remark{margin:.75rem 0 0}
    .remark label{font-size:.875rem;margin-bottom:.2rem}
    textarea{display:block;width:100%;max-width:43rem;resize:vertical}
    footer{position:sticky;bottom:0;display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:center;
    justify-content:space-between;padding:.6rem 1.5rem;background:var(--paper);
    border-top:1px solid var(--ink)}
    footer .choice{flex:1 1 26rem;max-width:44rem}
    .moves{display:flex;gap:.4rem}
    #paper{display:none}
    @media (max-width:44rem){main,header,footer{padding-left:1rem;padding-right:1rem}
    .answers{grid-template-columns:1fr;gap:.75rem}
    .row{grid-template-columns:1fr;padding:.35rem 0}
    header label{display:none}#save{margin-left:auto}
    footer{gap:.4rem;padding-top:.5rem;padding-bottom:.5rem}footer .choice{flex-basis:100%}
    .moves{flex:1}.moves button{flex:1;padding:.3rem .2rem}
    button kbd{display:none}
    dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
    @media print{body{font-size:10pt}#start,#work,.notice{display:none!important}
    #paper{display:block}.sheet{break-inside:avoid-page;border-top:1px solid #000;padding:.5rem 0 1rem}
    .sheet .answers{grid-template-columns:1fr 1fr;margin:.5rem 0}
    .sheet .answers section{background:none}}

    """
}
