// Solara asks for this one where it does not run for production; the short one beside it does the same.
document.write('<script src="' + document.currentScript.src.replace(/\.js(?=$|\?)/, '.min.js') + '"><\/script>');
